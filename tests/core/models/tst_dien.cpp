// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/dien.h"
#include "tests/core/models/scalar.h"

#include <QTest>

#include <memory>

using namespace fedcctr;
using namespace fedcctr::model;
using namespace fedcctr::test;
using data::Domain;

namespace {

std::vector<Row> statesOf(const Scalar& plain, const std::vector<data::ItemId>& history)
{
    std::vector<Row> states;
    Row state(10, 0.0);
    for (const Row& event : plain.items(history))
        states.push_back(state = plain.gru(state, event, "A.extract"));
    return states;
}

double logit(const Scalar& plain, const std::vector<data::ItemId>& history, data::ItemId candidate)
{
    const Row asked = plain.item(candidate);
    const std::vector<Row> states = statesOf(plain, history);
    Row scores;
    for (const Row& state : states)
        scores.push_back(dot(plain.times(state, "A.attend"), asked));
    const Row attention = softmaxOf(scores);
    Row interest(asked.size(), 0.0);
    for (std::size_t j = 0; j < states.size(); ++j)
        interest = plain.gru(interest, states[j], "A.evolve", attention[j]);
    return plain.mlp(beside(interest, asked), "A.mlp");
}

} // namespace

class TestDien : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// GRU, attention and AUGRU in plain loops (Eq. 14-16).
    void logitsByHand()
    {
        const Dien model(smallDataset(), tinyOf("dien"), kHost);
        const Parameters parameters = shaken(model.initialise(1));
        const Scalar plain(model, parameters);
        for (const std::vector<data::ItemId>& history :
            {std::vector<data::ItemId>{}, {4}, {3, 9, 4}, {1, 2, 3, 4, 5, 6}}) {
            const torch::Tensor scores = rankedBy(model, parameters, {history, {}}, {20, 21}, Domain::A);
            for (const data::ItemId item : {20, 21})
                QVERIFY(std::abs(scores[item - 20].item<double>() - logit(plain, history, item)) < 1e-5);
        }
    }

    /// Eq. 6: each state against the next event and a random one.
    void auxiliaryByHand()
    {
        const Dien model(smallDataset(), tinyOf("dien"), kHost);
        const Parameters parameters = shaken(model.initialise(1));
        const Scalar plain(model, parameters);
        ClientExample example;
        example.user = 7;
        example.a = {3, 9, 4};
        example.merged = {3, 9, 4};
        example.targets[0] = {{20, 3, 0, 3}};
        example.negatives[0] = {30, 31};
        const std::vector<std::vector<ClientExample>> steps{{example}};
        const Batch batch = makeBatches(steps, {1, smallDataset().itemCount(), false, 2}, kHost).front();
        const std::vector<Row> states = statesOf(plain, example.a);
        double expected = 0;
        for (std::size_t j = 0; j < 2; ++j) {
            const double right = dot(states[j], plain.item(example.a[j + 1]));
            const double wrong = dot(states[j], plain.item(example.negatives[0][j]));
            expected -= (std::log(sigmoid(right)) + std::log(1 - sigmoid(wrong))) / 2 / 2;
        }
        Dropout none;
        const LossTerms terms = model.losses(
            leavesOf(model, parameters, batch, torch::kFloat64), batch, {}, weightsOf(model, {}), none);
        QVERIFY(std::abs(terms.values[2].item<double>() - expected) < 1e-5);
    }

    /// Per domain two units of 6 v^2 + 6 v, the attention's v^2 and the MLP 2 v - 8 - 4 - 1.
    void parametersAsPublished()
    {
        const Dien model(smallDataset(), tinyOf("dien"), kHost);
        const std::int64_t v = 10;
        const std::int64_t mlp = (2 * v * 8 + 8) + (8 * 4 + 4) + (4 + 1);
        QCOMPARE(model.initialise(1).count(),
            2 * (2 * (6 * v * v + 6 * v) + v * v + mlp) + kTokenBuckets * 4 + smallDataset().itemCount() * 6);
    }
};

std::unique_ptr<QObject> tst_dien()
{
    return std::make_unique<TestDien>();
}
#include "tst_dien.moc"
