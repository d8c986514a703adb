// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/c2dsr.h"
#include "tests/core/models/scalar.h"

#include <QTest>

#include <memory>

using namespace fedcctr;
using namespace fedcctr::model;
using namespace fedcctr::test;
using data::Domain;

namespace {

const data::ItemId kB = smallDataset().itemsInA;
const Clicked kHistories{{3, 9, 4}, {kB + 4, kB + 6}};

/// Two graph layers over a sequence, their mean.
std::vector<Row> propagated(const std::vector<Row>& events)
{
    std::vector<Row> sum = events;
    std::vector<Row> layer = events;
    for (int i = 0; i < 2; ++i) {
        std::vector<Row> next{layer[0]};
        for (std::size_t j = 1; j < layer.size(); ++j)
            next.push_back(scaled(plus(layer[j], layer[j - 1]), 0.5));
        layer = next;
        for (std::size_t j = 0; j < sum.size(); ++j)
            sum[j] = plus(sum[j], layer[j]);
    }
    for (Row& row : sum)
        row = scaled(row, 1.0 / 3);
    return sum;
}

ModelOptions options()
{
    ModelOptions result = tinyOf("c2dsr");
    result.own["c2dsr.graph_layers"] = std::int64_t{2};
    return result;
}

/// Clients with a history and a target in both domains.
Batch batchOfBoth(std::size_t clients)
{
    std::vector<std::size_t> users;
    for (std::size_t user = 0; users.size() < clients; ++user) {
        const Batch one = clientBatch({user}, 1, 2, 6, options());
        if (one.targets[0].mask.sum().item<double>() > 0 && one.targets[1].mask.sum().item<double>() > 0
            && one.a.length.item<std::int64_t>() > 0 && one.b.length.item<std::int64_t>() > 0)
            users.push_back(user);
    }
    return clientBatch(users, static_cast<std::int64_t>(clients), 2, 6, options());
}

} // namespace

class TestC2dsr : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void logitsByHand()
    {
        const C2dsr model(smallDataset(), options(), kHost);
        const Parameters parameters = shaken(model.initialise(1));
        const Scalar plain(model, parameters);
        const Row own = plain.stream(propagated(plain.items(kHistories.a)), "A").back();
        const Row merged = plain.stream(propagated(plain.items(kHistories.merged())), "M").back();
        const Row user = plain.affine(plus(own, merged), "A.user");
        const torch::Tensor scores = rankedBy(model, parameters, kHistories, {20, 21}, Domain::A);
        for (const data::ItemId item : {20, 21})
            QVERIFY(
                std::abs(scores[item - 20].item<double>() - dot(user, plain.item(item)) - plain.bias(item))
                < 1e-5);
    }

    /// A judge that knows nothing says one half to both: 2 log 2 in each domain.
    void infomaxOfAnIgnorantJudge()
    {
        const C2dsr model(smallDataset(), options(), kHost);
        Parameters parameters = shaken(model.initialise(1));
        for (std::size_t i = 0; i < parameters.size(); ++i)
            if (model.names()[i].ends_with(".judge"))
                parameters[i].zero_();
        const Batch batch = batchOfBoth(3);
        Dropout none;
        const Tensor term = model
                                .losses(leavesOf(model, parameters, batch, torch::kFloat64), batch, {},
                                    weightsOf(model, {}), none)
                                .values[2];
        for (std::int64_t k = 0; k < 3; ++k)
            QVERIFY(std::abs(term[k].item<double>() - 4 * std::log(2.0)) < 1e-6);
    }

    /// The gradient reaches the random items of the corrupted sequence, which nothing else of the term reads.
    void corruptsTheOtherDomain()
    {
        const C2dsr model(smallDataset(), options(), kHost);
        const Parameters parameters = shaken(model.initialise(1));
        const Batch batch = batchOfBoth(1);
        Leaves leaves = leavesOf(model, parameters, batch, torch::kFloat64);
        for (Tensor& tensor : leaves.tensors)
            tensor.requires_grad_();
        Dropout none;
        model.losses(leaves, batch, {}, weightsOf(model, {}), none).values[2].sum().backward();
        const Tensor touched = leaves.tensors.back().grad()[0].abs().sum(1) > 0; // [R]
        for (const TargetBatch& targets : batch.targets)
            QVERIFY(touched[targets.negatives[0][0][0][0]].item<bool>());
        for (const StreamBatch* stream : {&batch.a, &batch.b})
            QVERIFY(touched[stream->index[0][0][0]].item<bool>());
    }

    /// Three streams, a matrix with bias and a judge per domain, items with a bias.
    void parametersAsPublished()
    {
        const C2dsr model(smallDataset(), options(), kHost);
        const std::int64_t d = 16;
        const std::int64_t v = 10;
        const std::int64_t stream = 6 * 6 + (3 * d * d + 3 * d) + (d * d + d) + (8 * d * d + 5 * d) + 4 * d;
        QCOMPARE(model.initialise(1).count(),
            3 * stream + 2 * (d * v + v + d * d) + kTokenBuckets * 4 + smallDataset().itemCount() * 7);
    }

private:
    using Tensor = torch::Tensor;
};

std::unique_ptr<QObject> tst_c2dsr()
{
    return std::make_unique<TestC2dsr>();
}
#include "tst_c2dsr.moc"
