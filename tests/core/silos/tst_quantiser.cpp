// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/silos/codebook_federation.h"

#include "core/base/random.h"
#include "core/privacy/accountant.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>

using namespace fedcctr;
using namespace fedcctr::silos;
using federation::FedMmOptions;
using torch::Tensor;

namespace {

Tensor matrix(std::vector<float> values, std::int64_t columns)
{
    return torch::tensor(values).reshape({-1, columns});
}

/// Rows around so many centres far apart.
Tensor clusters(std::int64_t rows, std::int64_t centres, std::int64_t d, std::uint64_t seed)
{
    Random random(seed);
    std::vector<float> values;
    std::vector<float> middle;
    for (std::int64_t i = 0; i < centres * d; ++i)
        middle.push_back(static_cast<float>(4 * random.normal()));
    for (std::int64_t row = 0; row < rows; ++row)
        for (std::int64_t c = 0; c < d; ++c)
            values.push_back(
                middle[std::size_t(row % centres * d + c)] + 0.1F * static_cast<float>(random.normal()));
    return matrix(values, d);
}

FedMmOptions small()
{
    FedMmOptions options;
    options.latent = 4;
    options.codes = 6;
    options.localCodes = 4;
    options.epochs = 4;
    options.rate = 0.01;
    return options;
}

std::vector<CollaborativeVectors> silosOf(int count)
{
    std::vector<CollaborativeVectors> silos;
    for (int i = 0; i < count; ++i)
        silos.push_back({clusters(60 + 20 * i, 5, 8, 1), clusters(40 + 10 * i, 5, 8, 2), 0});
    return silos;
}

} // namespace

class TestQuantiser : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// By hand: two codes of width 1, from 0 and counts of 1; a round gives sums (6, 2) of counts (3, 1)
    /// among 4 rows, in units of the mean count 2: N = 0.5 + 0.5 * (1.5, 0.5), S = 0.5 w + 0.5 * (3, 1).
    void codewordsFollowMovingAverages()
    {
        Codebook book(2, torch::zeros({1}), torch::zeros({1}), 1);
        QVERIFY(torch::equal(book.words(), torch::zeros({2, 1})));
        book.add({matrix({6, 2}, 1), torch::tensor({3.0F, 1.0F})}, 0.5);
        QVERIFY(torch::allclose(book.words(), matrix({1.5F / 1.25F, 0.5F / 0.75F}, 1)));
        book.add({matrix({0, 0}, 1), torch::tensor({0.0F, 4.0F})}, 0);
        QVERIFY(std::abs(book.words()[1].item<float>()) < 1e-6F);
    }

    void deadCodesTakeHalfOfTheMostUsed()
    {
        Codebook book(2, torch::zeros({1}), torch::ones({1}), 3);
        book.add({matrix({40, 0}, 1), torch::tensor({8.0F, 0.0F})}, 0);
        QCOMPARE(book.restart(), 1);
        QVERIFY(std::abs(book.words()[1].item<float>() - 5) < 0.2F);
        QVERIFY(book.words()[0].item<float>() == 5);
        QCOMPARE(book.restart(), 0);
        QVERIFY(torch::equal(book.counts(), torch::tensor({1.0F, 1.0F})));
    }

    /// Codes are the nearest codewords, and the second layer's those of what the first leaves: against a
    /// loop.
    void codesAreNearest()
    {
        const std::vector<CollaborativeVectors> silos = silosOf(1);
        const model::Workers workers(1);
        const double weight[] = {1};
        CodebookFederation books(silos, weight, small(), 5, workers);
        books.round();
        const model::Codes codes = books.codes(0);
        const CodebookUpload upload = books.upload(0);
        // The sums of the first codebook belong to the codes that were given.
        std::vector<float> counts(6);
        for (std::size_t item = 0; item < 60; ++item)
            counts[std::size_t(codes.items[item * 2])] += 1;
        const Tensor sent = upload.sums[0].counts;
        for (std::int64_t code = 0; code < 6; ++code) {
            const float own = counts[std::size_t(code)];
            QCOMPARE(sent[code].item<float>(), own >= kLeastRows ? own : 0);
        }
        QCOMPARE(codes.width(), 10);
        QCOMPARE(codes.placeOf(codes.items, 3, 1), codes.items[7] + 6);
        const std::vector<float> oneHot = codes.itemsOneHot();
        QCOMPARE(std::count(oneHot.begin(), oneHot.end(), 1.0F), 120);
    }

    void trainingLearnsClusters()
    {
        FedMmOptions options = small();
        Quantiser quantiser(clusters(200, 5, 8, 4), options, 1);
        quantiser.warmUp(100);
        quantiser.openLocal();
        const double before = quantiser.train(1);
        const double after = quantiser.train(150);
        QVERIFY2(after < 0.25 * before, qPrintable(QString::number(before) + u' ' + QString::number(after)));
        // Rows of equal codes are of one cluster: of each pair of codes the rows of its most frequent
        // cluster.
        const Tensor codes = quantiser.codes();
        std::map<std::pair<std::int64_t, std::int64_t>, std::array<int, 5>> found;
        for (std::int64_t row = 0; row < 200; ++row)
            ++found[{codes[row][0].item<std::int64_t>(), codes[row][1].item<std::int64_t>()}]
                   [std::size_t(row % 5)];
        int pure = 0;
        for (const auto& [pair, counts] : found)
            pure += *std::ranges::max_element(counts);
        QVERIFY2(pure >= 190, qPrintable(QString::number(pure)));
        const std::vector<CodeUse> use = quantiser.use();
        QVERIFY(use[0].perplexity <= 6 * use[0].utilisation + 1e-9);
        QVERIFY(use[0].perplexity > 2.5);
    }

    void whatLeavesIsTheSumsAndNothingElse()
    {
        const std::vector<CollaborativeVectors> silos = silosOf(2);
        const model::Workers workers(1);
        const double weights[] = {60, 80};
        FedMmOptions options = small();
        options.sharedCoder = false;
        CodebookFederation books(silos, weights, options, 5, workers);
        books.round();
        for (std::size_t silo = 0; silo < 2; ++silo) {
            const CodebookUpload upload = books.upload(silo);
            // Two kinds, six codes of four coordinates and a count each.
            const std::string bytes = upload.bytes();
            QCOMPARE(bytes.size(), std::size_t(2 * (6 * 4 + 6)) * sizeof(float));
            for (const CodebookSums& part : upload.sums) {
                const Tensor few = (part.counts > 0).logical_and(part.counts < kLeastRows);
                QVERIFY(!few.any().item<bool>());
                QVERIFY(part.sums.index_select(0, (part.counts == 0).nonzero().flatten())
                            .abs()
                            .sum()
                            .item<float>()
                    == 0);
            }
            // No coordinate of a single row is among them.
            for (const Tensor& rows : {silos[silo].items, silos[silo].users}) {
                const Tensor flat = rows.flatten().contiguous();
                for (std::int64_t i = 0; i < flat.numel(); ++i) {
                    const std::string one(
                        reinterpret_cast<const char*>(flat.data_ptr<float>() + i), sizeof(float));
                    for (std::size_t at = 0; at < bytes.size(); at += sizeof(float))
                        QVERIFY(bytes.compare(at, sizeof(float), one) != 0);
                }
            }
        }
    }

    /// A row adds at most kRowNorm to what leaves before noise, and one row more changes it by what it adds.
    void sumsAreBounded()
    {
        FedMmOptions options = small();
        const Tensor items = clusters(60, 5, 8, 1);
        Tensor users = clusters(40, 5, 8, 2);
        const auto sumsOf = [&](const Tensor& rows) {
            Quantiser quantiser(rows, items, options, 3);
            quantiser.warmUp(3);
            quantiser.setGlobal(clusters(6, 6, 4, 9));
            return quantiser.boundedSums();
        };
        const CodebookSums all = sumsOf(users);
        QCOMPARE(all.counts.sum().item<float>(), 40.0F);
        const CodebookSums without = sumsOf(users.narrow(0, 0, 39));
        const double difference = std::sqrt((all.sums - without.sums).square().sum().item<double>()
            + (all.counts - without.counts).square().sum().item<double>());
        QVERIFY(difference <= kRowNorm + 1e-5 && difference > 1);
        // Far away it adds no more.
        users[39].mul_(1000);
        const CodebookSums far = sumsOf(users);
        QVERIFY((far.sums - without.sums).norm().item<double>() <= 1 + 1e-5);
    }

    /// The noise on what leaves has the deviation that the ledger is told: over all coordinates of many
    /// rounds.
    void noiseOnUserSums()
    {
        FedMmOptions options = small();
        options.rounds = 12;
        options.decay = 0.9999; // codewords stand still, so that exact sums hardly move
        const std::vector<CollaborativeVectors> silos = silosOf(2);
        const model::Workers workers(1);
        const double weights[] = {1, 1};
        privacy::PrivacyOptions own;
        own.schedule = privacy::Schedule::Static;
        own.adversary = privacy::Adversary::Aggregate;
        own.accountant = "gaussian";
        own.noiseMultiplier = 2;
        own.epsilon = 1e6;
        CodebookFederation noisy(
            silos, weights, options, 5, workers, CodebookNoise{own, privacy::NoiseSource::reproducible(3)});
        CodebookFederation other(
            silos, weights, options, 5, workers, CodebookNoise{own, privacy::NoiseSource::reproducible(4)});
        double squares = 0;
        std::int64_t count = 0;
        for (int round = 0; round < options.rounds; ++round) {
            noisy.round();
            other.round();
            const Tensor x = noisy.upload(0).sums[1].counts;
            const Tensor y = other.upload(0).sums[1].counts;
            // Counts of frequent codes, which no threshold cuts.
            const Tensor both = ((x > 8).logical_and(y > 8)).nonzero().flatten();
            const Tensor difference = (x - y).index_select(0, both);
            squares += difference.square().sum().item<double>();
            count += both.size(0);
        }
        const double deviation = std::sqrt(squares / double(count) / 2);
        QVERIFY2(deviation > 0.5 * 2 * kRowNorm && deviation < 1.6 * 2 * kRowNorm,
            qPrintable(QString::number(deviation) + u' ' + QString::number(count)));
        QVERIFY(!torch::equal(noisy.upload(0).sums[1].sums, noisy.upload(1).sums[1].sums));
        const double expected =
            privacy::gaussianExactEpsilon(12 * 4 / (2.0 * 2.0), own.delta); // replace: 2 theta
        QVERIFY(std::abs(noisy.epsilon(0) - expected) < 1e-6 * expected);
    }

    void aSpentBudgetSendsNothing()
    {
        FedMmOptions options = small();
        options.rounds = 6;
        const std::vector<CollaborativeVectors> silos = silosOf(2);
        const model::Workers workers(1);
        const double weights[] = {1, 1};
        privacy::PrivacyOptions own;
        own.schedule = privacy::Schedule::Static;
        own.adversary = privacy::Adversary::Aggregate;
        own.accountant = "gaussian";
        own.noiseMultiplier = 4;
        own.epsilon = privacy::gaussianExactEpsilon(3 * 4 / 16.0, own.delta) * 1.001; // three rounds
        CodebookFederation books(
            silos, weights, options, 5, workers, CodebookNoise{own, privacy::NoiseSource::reproducible(3)});
        for (int round = 1; round <= 5; ++round) {
            books.round();
            const bool sends = books.upload(0).sums[1].counts.sum().item<float>() > 0;
            QCOMPARE(sends, round <= 3);
            QVERIFY(books.epsilon(0) <= own.epsilon);
        }
    }

    void sharedCodersAreOne()
    {
        const std::vector<CollaborativeVectors> silos = silosOf(3);
        const model::Workers workers(1);
        const double weights[] = {1, 2, 3};
        CodebookFederation books(silos, weights, small(), 5, workers);
        books.round();
        for (std::size_t i = 0; i < 8; ++i)
            QVERIFY(torch::equal(books.upload(0).coders[0].tensors[i], books.upload(2).coders[0].tensors[i]));
        QCOMPARE(books.upload(0).bytes().size(),
            (std::size_t(2 * (6 * 4 + 6))
                + 2 * std::size_t(8 * 64 + 64 + 64 * 4 + 4 + 4 * 64 + 64 + 64 * 8 + 8))
                * sizeof(float));
        QVERIFY(books.upload(0).sums[0].sums.defined());
    }

    void threadsGiveTheSame()
    {
        const std::vector<CollaborativeVectors> silos = silosOf(3);
        const double weights[] = {1, 2, 3};
        const model::Workers one(1);
        const model::Workers three(3);
        CodebookFederation alone(silos, weights, small(), 5, one);
        CodebookFederation together(silos, weights, small(), 5, three);
        for (int round = 0; round < 3; ++round) {
            alone.round();
            together.round();
        }
        for (std::size_t silo = 0; silo < 3; ++silo) {
            QVERIFY(alone.codes(silo).items == together.codes(silo).items);
            QVERIFY(alone.upload(silo).bytes() == together.upload(silo).bytes());
        }
    }

    void withoutAGlobalLayerNothingLeaves()
    {
        FedMmOptions options = small();
        options.global = false;
        const std::vector<CollaborativeVectors> silos = silosOf(2);
        const model::Workers workers(1);
        const double weights[] = {1, 1};
        CodebookFederation books(silos, weights, options, 5, workers);
        books.round();
        QVERIFY(books.upload(0).sums[0].sums.defined() == false);
        QVERIFY(!books.codes(0).layers[0].shared);
        options.global = true;
        options.local = false;
        CodebookFederation single(silos, weights, options, 5, workers);
        single.round();
        QCOMPARE(single.codes(1).layers.size(), std::size_t(1));
    }
};

std::unique_ptr<QObject> tst_quantiser()
{
    return std::make_unique<TestQuantiser>();
}
#include "tst_quantiser.moc"
