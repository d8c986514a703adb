// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/bst.h"
#include "tests/core/models/scalar.h"

#include <QTest>

#include <memory>

using namespace fedcctr;
using namespace fedcctr::model;
using namespace fedcctr::test;
using torch::Tensor;

namespace {

ModelOptions options()
{
    ModelOptions result = tinyModel();
    result.architecture = "bst";
    result.own["bst.blocks"] = std::int64_t{2};
    return result;
}

Tensor scoresOf(const Bst& model, const Parameters& parameters, const std::vector<data::ItemId>& history,
    const std::vector<data::ItemId>& candidates)
{
    const RankingExample example{0, history, {}, history, candidates, {}};
    return model.ranker(inDouble(parameters))
        ->scores(makeRankingBatch(std::span(&example, 1), kHost), data::Domain::A)[0];
}

/// The forward pass once more, in plain loops over numbers.
double logit(const Scalar& plain, const std::vector<data::ItemId>& history, data::ItemId candidate)
{
    const std::int64_t longest = options().historyLength;
    std::vector<Row> x;
    for (std::size_t j = 0; j < history.size(); ++j)
        x.push_back(plus(plain.item(history[j]),
            plain.row("A.position", longest - static_cast<std::int64_t>(history.size() - j))));
    x.push_back(plus(plain.item(candidate), plain.row("A.position", longest)));
    for (const char* layer : {"A.layer0", "A.layer1"})
        x = plain.encoded(x, layer, false);
    const Row last = x.back();
    x.pop_back();
    return plain.mlp(beside(last, x.empty() ? Row(last.size(), 0.0) : meanOf(x)), "A.mlp");
}

} // namespace

class TestBst : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void logitsByHand()
    {
        const Bst model(smallDataset(), options(), kHost);
        const Parameters parameters = shaken(model.initialise(1));
        const Scalar plain(model, parameters);
        for (const std::vector<data::ItemId>& history :
            {std::vector<data::ItemId>{}, {4}, {3, 9, 4}, {1, 2, 3, 4, 5, 6}}) {
            const Tensor scores = scoresOf(model, parameters, history, {20, 21});
            QVERIFY(std::abs(scores[0].item<double>() - logit(plain, history, 20)) < 1e-5);
            QVERIFY(std::abs(scores[1].item<double>() - logit(plain, history, 21)) < 1e-5);
        }
    }

    /// A candidate is scored with the history: another history turns the order of two candidates' difference.
    void historyAndCandidateAreScoredTogether()
    {
        const Bst model(smallDataset(), options(), kHost);
        const Parameters parameters = shaken(model.initialise(1));
        const Tensor one = scoresOf(model, parameters, {1, 2}, {20, 21});
        const Tensor other = scoresOf(model, parameters, {30, 40}, {20, 21});
        QVERIFY(std::abs((one[0] - one[1] - other[0] + other[1]).item<double>()) > 1e-3);
    }

    void blocksAreItsOwnSetting()
    {
        ModelOptions one = options();
        one.own.clear();
        const Bst published(smallDataset(), one, kHost);
        const Bst deeper(smallDataset(), options(), kHost);
        QCOMPARE(deeper.names().size() - published.names().size(), std::size_t{2 * 12});
    }
};

std::unique_ptr<QObject> tst_bst()
{
    return std::make_unique<TestBst>();
}
#include "tst_bst.moc"
