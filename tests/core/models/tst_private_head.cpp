// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/data/text.h"
#include "core/model/public_items.h"
#include "core/models/private_head.h"
#include "core/models/specs/registry.h"
#include "tests/fixtures/model_support.h"

#include "tests/fixtures/support.h"

#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace fedcctr;
using namespace fedcctr::model;
using namespace fedcctr::test;
using data::Domain;
using torch::Tensor;

namespace {

constexpr int kWidth = 8;

ModelOptions headOptions()
{
    ModelOptions options = tinyModel();
    options.architecture = "private-head";
    options.textWidth = kWidth;
    return options;
}

PrivateHead head(std::vector<float> prior = {})
{
    ModelOptions options = headOptions();
    options.prior = prior.empty() ? Prior::None : Prior::File;
    return {smallDataset(), options, std::move(prior), kHost};
}

std::vector<std::string> namesOf(const PrivateHead& model)
{
    return privateHeadFeatures(model.options().prior != Prior::None);
}

Tensor numbers(std::vector<std::int64_t> values)
{
    return torch::tensor(values).unsqueeze(0);
}

/// A value by its name, of target t and candidate c.
double valueOf(const PrivateHead& model, const Tensor& features, const std::string& name, int t, int c)
{
    const std::vector<std::string> names = namesOf(model);
    const auto found = std::ranges::find(names, name);
    return features[0][t][c][found - names.begin()].item<double>();
}

double cosine(const PublicItems& items, std::int64_t x, std::int64_t y)
{
    double sum = 0;
    for (std::int64_t i = 0; i < kWidth; ++i)
        sum += static_cast<double>(items.text.values[static_cast<std::size_t>(x * kWidth + i)])
            * static_cast<double>(items.text.values[static_cast<std::size_t>(y * kWidth + i)]);
    return sum;
}

#define VERIFY_CLOSE(found, expected)                                                                        \
    QVERIFY2(std::abs((found) - (expected)) < 2e-4,                                                          \
        qPrintable(QStringLiteral("%1 instead of %2").arg(found).arg(expected)))

} // namespace

class TestPrivateHead : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void catalogueOrder()
    {
        data::Dataset dataset;
        for (const char* id : {"B2", "9", "10", "A1", "B1"})
            dataset.items.push_back({id, "Acme Pot", "", ""});
        dataset.items[2].title = "acme, pan";
        dataset.items[4].title = "";
        dataset.itemsInA = 3;
        const PublicItems items = publicItems(dataset, headOptions());
        QCOMPARE(items.order, (std::vector<float>{1, 0, 0.25F, 0.5F, 0.75F}));
        QCOMPARE(items.ownOrder, (std::vector<float>{1, 0, 0.5F, 0, 1}));
        QCOMPARE(items.head, (std::vector<std::int32_t>{0, 0, 0, 0, -1}));
        QCOMPARE(items.hasText[4], 0.0F);
    }

    /// Item features join the text and nothing else: the first word and the number of words are the title's.
    void itemFeaturesJoinTheText()
    {
        data::Dataset dataset;
        for (const char* title : {"", "red; pot", "iron pot", "red tea"})
            dataset.items.push_back({"id", title, "", ""});
        dataset.itemsInA = 2;
        const std::vector<augment::ItemFeatures> features{
            {{}, {}, {"red pot"}}, {{"cookware"}, {}, {}}, {}, {}};
        const PublicItems items = publicItems(dataset, headOptions(), features);
        QCOMPARE(items.hasText, (std::vector<float>{1, 1, 1, 1}));
        QCOMPARE(publicItems(dataset, headOptions()).hasText[0], 0.0F);
        QCOMPARE(items.head, (std::vector<std::int32_t>{-1, 0, 1, 0}));
        // The title "red; pot" is one phrase: the same two words and their pair.
        VERIFY_CLOSE(cosine(items, 0, 1), 1.0);
        const PrivateHead model(dataset, headOptions(), {}, kHost, features);
        const Tensor values = model.features(
            Domain::A, {numbers({1}), numbers({1}), numbers({1}), numbers({1}), numbers({0, 1})});
        VERIFY_CLOSE(valueOf(model, values, "cosine.largest", 0, 0), 5.0);
        QCOMPARE(valueOf(model, values, "text.missing", 0, 0), 0.0);
        QCOMPARE(valueOf(model, values, "title.words", 0, 0), 0.0);
        VERIFY_CLOSE(valueOf(model, values, "title.words", 0, 1), 0.3);
    }

    /// Vectors of somebody else's making: scaled to length 1, missing items 0, faults named.
    void vectorsFromAFile()
    {
        const QTemporaryDir directory;
        const std::filesystem::path file = pathIn(directory.path(), "vectors.csv");
        ModelOptions options = headOptions();
        options.vectorsFile = file.string();
        const std::vector<data::Item>& items = smallDataset().items;
        const auto write = [&](const std::string& text) { writeFileAtomically(file, text); };
        write("item,x,y,z\n" + items[2].id + ",0,3,-4\nstranger,1,1,1\n" + items[5].id + ",2,0,0\n");
        const ItemText text = itemText(smallDataset(), options);
        QCOMPARE(text.width, 3);
        QCOMPARE(text.values[6], 0.0F);
        QVERIFY(std::abs(text.values[7] - 0.6F) < 1e-6F);
        QVERIFY(std::abs(text.values[8] + 0.8F) < 1e-6F);
        QCOMPARE(text.values[15], 1.0F);
        QCOMPARE(text.values[0], 0.0F);
        QCOMPARE(PrivateHead(smallDataset(), options, {}, kHost).ranker({})->itemVectors().size(1),
            std::int64_t{3});
        write(items[2].id + ",1,2\n" + items[3].id + ",1\n");
        VERIFY_MESSAGE(errorOf([&] { itemText(smallDataset(), options); }), "vectors.csv:2", "2 numbers");
        write("stranger,1,2\n");
        VERIFY_MESSAGE(errorOf([&] { itemText(smallDataset(), options); }), "vectors.csv", "item ids");
    }

    /// Every feature once by hand: three events in the own domain, five merged, two targets.
    void featuresByHand()
    {
        const PublicItems items = publicItems(smallDataset(), headOptions());
        const PrivateHead model = head();
        const std::vector<std::int64_t> own{4, 9, 2};
        const std::vector<std::int64_t> merged{4, 130, 9, 140, 2};
        const std::vector<std::int64_t> wanted{7, 9, 55};
        PrivateHead::Query query{
            numbers(own), numbers(merged), numbers({3, 1}), numbers({5, 2}), numbers(wanted)};
        const Tensor features = model.features(Domain::A, query);
        QCOMPARE(features.size(3), static_cast<std::int64_t>(namesOf(model).size()));
        for (int c = 0; c < 3; ++c) {
            const std::int64_t item = wanted[static_cast<std::size_t>(c)];
            const std::array<double, 3> cosines{
                cosine(items, 4, item), cosine(items, 9, item), cosine(items, 2, item)};
            const double sum = 1 + 0.8 + 0.64;
            const double mean = (cosines[2] + 0.8 * cosines[1] + 0.64 * cosines[0]) / sum;
            const auto cube = [](double x) { return std::pow(std::max(0.0, x), 3); };
            const double cubic =
                std::cbrt((cube(cosines[2]) + 0.8 * cube(cosines[1]) + 0.64 * cube(cosines[0])) / sum);
            VERIFY_CLOSE(valueOf(model, features, "cosine.largest", 0, c), 5 * std::ranges::max(cosines));
            VERIFY_CLOSE(valueOf(model, features, "cosine.recent", 0, c), 5 * std::ranges::max(cosines));
            VERIFY_CLOSE(valueOf(model, features, "cosine.largest", 1, c), 5 * cosines[0]);
            VERIFY_CLOSE(valueOf(model, features, "cosine.last", 0, c), 3 * cosines[2]);
            VERIFY_CLOSE(valueOf(model, features, "cosine.last", 1, c), 3 * cosine(items, 130, item));
            VERIFY_CLOSE(valueOf(model, features, "cosine.mean", 0, c), 5 * mean);
            VERIFY_CLOSE(valueOf(model, features, "cosine.cubic", 0, c), 4 * std::max(1e-4, cubic));
            const auto headOf = [&](std::int64_t i) { return items.head[static_cast<std::size_t>(i)]; };
            const bool shared =
                std::ranges::any_of(own, [&](std::int64_t i) { return headOf(i) == headOf(item); });
            VERIFY_CLOSE(valueOf(model, features, "head.shared", 0, c), shared ? 2.0 : 0.0);
            VERIFY_CLOSE(valueOf(model, features, "title.words", 0, c),
                0.15
                    * static_cast<double>(
                        data::words(smallDataset().items[static_cast<std::size_t>(item)].title).size()));
            // Hats: their knots weighted by them give the clamped value back.
            const auto rank = [&](std::int64_t i) {
                return static_cast<double>(items.order[static_cast<std::size_t>(i)]);
            };
            const std::array<double, 13> knots{
                -1, -0.6, -0.35, -0.2, -0.1, -0.05, -0.02, 0, 0.02, 0.05, 0.1, 0.2, 0.5};
            double newest = 0;
            for (const std::int64_t i : merged)
                newest = std::max(newest, rank(i));
            double found = 0;
            double ones = 0;
            for (std::size_t j = 0; j < knots.size(); ++j) {
                const double hat = valueOf(model, features, "rank.from-newest." + std::to_string(j), 0, c);
                found += knots[j] * hat;
                ones += hat;
            }
            VERIFY_CLOSE(ones, 1.0);
            VERIFY_CLOSE(found, std::min(0.5, rank(item) - newest));
            double ownRank = 0;
            for (int j = 0; j < 13; ++j)
                ownRank += j / 12.0 * valueOf(model, features, "rank." + std::to_string(j), 0, c);
            VERIFY_CLOSE(ownRank, static_cast<double>(items.ownOrder[static_cast<std::size_t>(item)]));
        }
    }

    /// Without history nothing is similar, and nothing is not a number.
    void emptyHistory()
    {
        const PrivateHead model = head();
        const Tensor features = model.features(
            Domain::B, {numbers({0}), numbers({0}), numbers({0}), numbers({0}), numbers({120, 130})});
        QVERIFY(features.isfinite().all().item<bool>());
        QCOMPARE(valueOf(model, features, "cosine.largest", 0, 1), 0.0);
        QCOMPARE(valueOf(model, features, "head.shared", 0, 1), 0.0);
    }

    /// Switched off, the rank features are the same for all candidates.
    void withoutCatalogueOrder()
    {
        ModelOptions options = headOptions();
        options.catalogueOrder = false;
        const PrivateHead model(smallDataset(), options, {}, kHost);
        const Tensor features = model.features(
            Domain::A, {numbers({4, 9}), numbers({4, 9}), numbers({2}), numbers({2}), numbers({7, 8, 50})});
        const std::vector<std::string> names = namesOf(model);
        for (std::size_t i = 0; i < names.size(); ++i)
            if (names[i].starts_with("rank"))
                for (const int c : {1, 2})
                    QCOMPARE(features[0][0][c][static_cast<std::int64_t>(i)].item<float>(),
                        features[0][0][0][static_cast<std::int64_t>(i)].item<float>());
    }

    void priorIsAColumn()
    {
        std::vector<float> prior(smallDataset().items.size(), 0);
        prior[7] = 3;
        const PrivateHead model = head(prior);
        const Tensor features = model.features(
            Domain::A, {numbers({4}), numbers({4}), numbers({1}), numbers({1}), numbers({7, 8})});
        QCOMPARE(valueOf(model, features, "prior", 0, 0), 1.5);
        QCOMPARE(valueOf(model, features, "prior", 0, 1), 0.0);
        QCOMPARE(namesOf(model).size(), namesOf(head()).size() + 1);
    }

    /// The loss of a batch against finite differences, with shared negatives and with each target's own.
    void gradient()
    {
        const PrivateHead model = head();
        for (const bool shared : {true, false})
            for (const RankingLoss ranking : {RankingLoss::SampledSoftmax, RankingLoss::BinaryCrossEntropy}) {
                LossOptions loss;
                loss.sharedNegatives = shared;
                loss.ranking = ranking;
                loss.negatives = 5;
                const Workers workers(1);
                federation::FederationOptions federation;
                federation.localTargets = 4;
                const training::CohortEngine engine(
                    smallDataset(), model, federation, loss, kHost, workers, 9);
                Parameters parameters = model.initialise(1);
                const training::ClientUpdate found = engine.single(parameters, 7, 3, {});
                const std::vector<std::int32_t> client{7};
                const auto lossAt = [&](std::int64_t i, double step) {
                    Parameters moved = parameters.clone();
                    moved[0][i] += step;
                    return totalOf(engine.run(moved, client, 3, 1e9, {}).loss, {});
                };
                QVERIFY(normOf(found) > 0.01);
                for (const std::int64_t i : {0, 2, 5, 12, 18, 30, 40}) {
                    const double expected = (lossAt(i, 0.05) - lossAt(i, -0.05)) / 0.1;
                    QVERIFY(
                        std::abs(found[0][i].item<double>() - expected) < 2e-3 * (1 + std::abs(expected)));
                }
            }
    }

    /// Untrained, the score is five times the largest cosine.
    void startsFromTheText()
    {
        const PublicItems items = publicItems(smallDataset(), headOptions());
        const PrivateHead model = head();
        const std::vector<RankingExample> examples{{0, {4, 9}, {130}, {4, 130, 9}, {7, 8, 55}, {}}};
        const RankingBatch batch = makeRankingBatch(examples, kHost);
        const auto ranker = model.ranker(model.initialise(1));
        const Tensor scores = ranker->scores(batch, Domain::A);
        for (int c = 0; c < 3; ++c) {
            const std::int64_t item = std::array{7, 8, 55}[static_cast<std::size_t>(c)];
            VERIFY_CLOSE(
                scores[0][c].item<double>(), 5 * std::max(cosine(items, 4, item), cosine(items, 9, item)));
        }
        QCOMPARE(ranker->representations(batch)[2].size(1), std::int64_t{kWidth});
    }

    /// A step that raises the weight of a candidate's own feature speaks for the items that have it.
    void evidence()
    {
        const PrivateHead model = head();
        Parameters upload = model.initialise(1).zerosLike();
        const std::vector<std::string> names = namesOf(model);
        const auto place = std::ranges::find(names, "rank.12") - names.begin();
        upload[0][place] = -1;
        const Tensor scores = model.itemEvidence(upload);
        const PublicItems items = publicItems(smallDataset(), headOptions());
        for (std::int64_t i = 0; i < smallDataset().itemsInA; ++i)
            QCOMPARE(scores[i].item<double>() > 0.99, items.ownOrder[static_cast<std::size_t>(i)] > 0.9999F);
        QCOMPARE(scores[smallDataset().itemsInA + 3].item<double>(), 0.0);
    }
};

std::unique_ptr<QObject> tst_private_head()
{
    return std::make_unique<TestPrivateHead>();
}
#include "tst_private_head.moc"
