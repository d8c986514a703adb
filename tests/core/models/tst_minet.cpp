// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/minet.h"
#include "tests/core/models/scalar.h"

#include <QTest>

#include <memory>

using namespace fedcctr;
using namespace fedcctr::model;
using namespace fedcctr::test;
using data::Domain;

namespace {

const data::ItemId kB = smallDataset().itemsInA;

ModelOptions options()
{
    ModelOptions result = tinyOf("minet");
    result.own["minet.attention"] = std::int64_t{5};
    return result;
}

Row interest(const Scalar& plain, const std::vector<Row>& events, const std::vector<Row>& carried,
    const Row& candidate, const std::string& name)
{
    if (events.empty())
        return Row(candidate.size(), 0.0);
    Row scores;
    for (std::size_t j = 0; j < events.size(); ++j) {
        Row both;
        for (std::size_t c = 0; c < candidate.size(); ++c)
            both.push_back(carried[j][c] * candidate[c]);
        const Row hidden = relu(
            plus(plus(plain.affine(events[j], name + ".event"), plain.times(candidate, name + ".candidate")),
                plain.times(both, name + ".product")));
        scores.push_back(plain.times(hidden, name + ".score")[0]);
    }
    return mixed(softmaxOf(scores), events);
}

double logit(const Scalar& plain, const Clicked& histories, data::ItemId candidate)
{
    const Row q = plain.item(candidate);
    const std::vector<Row> own = plain.items(histories.a);
    const std::vector<Row> foreign = plain.items(histories.b);
    std::vector<Row> carried;
    for (const Row& event : foreign)
        carried.push_back(plain.times(event, "A.transfer"));
    const Row longTerm = plain.row("users", 7);
    const Row inOwn = interest(plain, own, own, q, "A.own");
    const Row inOther = interest(plain, foreign, carried, q, "A.other");
    const Row all = beside(beside(beside(longTerm, inOther), inOwn), q);
    const Row exponents = plain.affine(relu(plain.affine(all, "A.gate.layer")), "A.gate.score");
    const auto gated = [&](const Row& x, std::size_t gate) {
        return scaled(x, std::exp(std::min(exponents[gate], 3.0)));
    };
    return plain.mlp(
        beside(beside(beside(gated(longTerm, 0), gated(inOther, 1)), gated(inOwn, 2)), q), "A.mlp");
}

} // namespace

class TestMiNet : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Item-level and interest-level attention in plain loops (Eq. 6-10).
    void logitsByHand()
    {
        const MiNet model(smallDataset(), options(), kHost);
        const Parameters parameters = shaken(model.initialise(1));
        const Scalar plain(model, parameters);
        for (const Clicked& histories :
            {Clicked{{3, 9, 4}, {kB + 4, kB + 6}}, Clicked{{3}, {}}, Clicked{{}, {kB + 4}}}) {
            const torch::Tensor scores = rankedBy(model, parameters, histories, {20, 21}, Domain::A);
            for (const data::ItemId item : {20, 21})
                QVERIFY(std::abs(scores[item - 20].item<double>() - logit(plain, histories, item)) < 1e-5);
        }
    }

    /// Per domain: two attentions of 3 v h + h + h, the transfer v^2, the gates and the MLP 4 v - 8 - 4 - 1.
    void parametersAsPublished()
    {
        const MiNet model(smallDataset(), options(), kHost);
        const std::int64_t v = 10;
        const std::int64_t h = 5;
        const std::int64_t mlp = (4 * v * 8 + 8) + (8 * 4 + 4) + (4 + 1);
        const std::int64_t gates = (4 * v * h + h) + (h * 3 + 3);
        const std::int64_t uploaded = 2 * (2 * (3 * v * h + 2 * h) + v * v + gates + mlp) + kTokenBuckets * 4
            + smallDataset().itemCount() * 6;
        QCOMPARE(uploadedCount(model.specs()), uploaded);
        QCOMPARE(model.initialise(1).count(),
            uploaded + v * static_cast<std::int64_t>(smallDataset().userCount()));
    }
};

std::unique_ptr<QObject> tst_minet()
{
    return std::make_unique<TestMiNet>();
}
#include "tst_minet.moc"
