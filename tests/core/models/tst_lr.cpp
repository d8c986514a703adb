// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/lr.h"
#include "tests/core/models/contract.h"

#include <QTest>

#include <memory>

using namespace fedcctr;
using namespace fedcctr::model;
using namespace fedcctr::test;
using torch::Tensor;

namespace {

ModelOptions options(Features features)
{
    ModelOptions result = tinyModel();
    result.architecture = "lr";
    result.features = features;
    return result;
}

} // namespace

class TestLr : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// The logit by hand: bias of the domain, weight of the item, weights of its words, weight of the user.
    void logitByHand()
    {
        const LogisticRegression model(smallDataset(), options(Features::Tokens), kHost);
        QCOMPARE(model.names(), (std::vector<std::string>{"bias", "features.tokens", "users", "items"}));
        const Parameters parameters = shaken(model.initialise(1));
        const RankingExample example{5, {1}, {}, {1}, {2, 17, 40}, {}};
        const Tensor scores = model.ranker(parameters)
                                  ->scores(makeRankingBatch(std::span(&example, 1), kHost), data::Domain::A);
        for (std::int64_t c = 0; c < 3; ++c) {
            const auto item = static_cast<std::size_t>(example.candidates[static_cast<std::size_t>(c)]);
            double expected = parameters[0][0].item<double>() + parameters[2][5][0].item<double>()
                + parameters[3][static_cast<std::int64_t>(item)][0].item<double>();
            for (const auto& [token, share] :
                itemTokens(itemWords(smallDataset().items[item]), kTokenBuckets))
                expected += static_cast<double>(share) * parameters[1][token][0].item<double>();
            QVERIFY(std::abs(scores[0][c].item<double>() - expected) < 1e-5);
        }
    }

    /// All users get the same order: their own weight moves every candidate alike.
    void ranksAlikeForAll()
    {
        const LogisticRegression model(smallDataset(), options(Features::None), kHost);
        const auto ranker = model.ranker(shaken(model.initialise(1)));
        const std::vector<RankingExample> examples{
            {3, {1, 2}, {}, {1, 2}, {7, 8, 9}, {}}, {30, {40}, {}, {40}, {7, 8, 9}, {}}};
        const Tensor scores = ranker->scores(makeRankingBatch(examples, kHost), data::Domain::A);
        QVERIFY(torch::equal(scores[0].argsort(), scores[1].argsort()));
        QVERIFY((scores[0] - scores[1]).abs().min().item<double>() > 1e-4);
    }

    /// A client's own weight follows its own gradient: binary cross-entropy of one target and four negatives,
    /// untrained, is 0.5 wrong on each, so that it falls by a rate times (4 - 1) / 2 / 5.
    void aUserLearnsForItself()
    {
        const LogisticRegression model(smallDataset(), options(Features::None), kHost);
        federation::FederationOptions federation;
        federation.localTargets = 1;
        federation.localLearningRate = 0.5;
        const Workers workers(1);
        const LossOptions loss;
        const training::CohortEngine engine(smallDataset(), model, federation, loss, kHost, workers, 9);
        const std::vector<std::int32_t> clients{6};
        const auto result = engine.run(model.initialise(1), clients, 0, 1e9, {});
        QCOMPARE(result.kept.size(), std::size_t{1});
        QCOMPARE(result.kept[0].users[0].item<std::int64_t>(), std::int64_t{6});
        QVERIFY(std::abs(result.kept[0].values[0][0].item<double>() + 0.5 * 1.5 / 5) < 1e-6);
    }
};

std::unique_ptr<QObject> tst_lr()
{
    return std::make_unique<TestLr>();
}
#include "tst_lr.moc"
