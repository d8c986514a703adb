// SPDX-License-Identifier: GPL-3.0-or-later
// SASRec over clients, with and without a contrastive term.
#include "core/models/fed_cl4srec.h"
#include "core/models/fed_sasrec.h"
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

/// What one causal layer has: of width d.
std::int64_t layerCount(std::int64_t d)
{
    return (3 * d * d + 3 * d) + (d * d + d) + (8 * d * d + 5 * d) + 4 * d;
}

} // namespace

class TestFedSasRec : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Eq. 6: the newest representation of the merged sequence times the item's vector.
    void logitsByHand()
    {
        for (const std::string name : {"fed-sasrec", "fed-cl4srec"}) {
            const auto model = makeModel(smallDataset(), tinyOf(name), {}, {}, kHost);
            const Parameters parameters = shaken(model->initialise(1));
            const Scalar plain(*model, parameters);
            const Row user = plain.affine(plain.stream(plain.items(kHistories.merged()), "M").back(), "user");
            const torch::Tensor scores = rankedBy(*model, parameters, kHistories, {20, 21}, Domain::A);
            for (const data::ItemId item : {20, 21})
                QVERIFY(std::abs(
                            scores[item - 20].item<double>() - dot(user, plain.item(item)) - plain.bias(item))
                    < 1e-5);
        }
    }

    void aStreamPerDomain()
    {
        ModelOptions options = tinyOf("fed-sasrec");
        options.own["fed-sasrec.sequence"] = std::int64_t{1};
        const FedSasRec model(smallDataset(), options, kHost);
        const Parameters parameters = shaken(model.initialise(1));
        const Scalar plain(model, parameters);
        const Row user = plain.affine(plain.stream(plain.items(kHistories.b), "B").back(), "user");
        const data::ItemId item = kB + 20;
        QVERIFY(std::abs(rankedBy(model, parameters, kHistories, {item}, Domain::B)[0].item<double>()
                    - dot(user, plain.item(item)) - plain.bias(item))
            < 1e-5);
    }

    /// With d = v (model.combine = sum): positions L d, layers, items v + 1 each; no matrix between.
    void parametersAsPublished()
    {
        ModelOptions options = tinyOf("fed-sasrec");
        options.combine = Combine::Sum;
        options.features = Features::None;
        options.layers = 2;
        const std::int64_t d = options.idWidth;
        const FedSasRec model(smallDataset(), options, kHost);
        QCOMPARE(model.initialise(1).count(),
            options.historyLength * d + 2 * layerCount(d) + smallDataset().itemCount() * (d + 1));
    }

    /// Views without masks are the sequence itself, so that the term is the mean over targets of
    /// log sum_j exp(cos(h_i, h_j) / tau) - 1 / tau.
    void contrastByHand()
    {
        ModelOptions options = tinyOf("fed-cl4srec");
        options.own["fed-cl4srec.tau"] = 0.5;
        const FedCl4SRec model(smallDataset(), options, kHost);
        const Parameters parameters = shaken(model.initialise(1));
        const Scalar plain(model, parameters);
        const Batch batch = clientBatch({4}, 1, 2, 3, options);
        std::vector<data::ItemId> merged;
        for (std::int64_t j = 0; j < batch.merged.length.item<std::int64_t>(); ++j)
            merged.push_back(
                batch.rows[0][batch.merged.index[0][0][j].item<std::int64_t>()].item<data::ItemId>());
        const std::vector<Row> outputs = plain.stream(plain.items(merged), "M");
        std::vector<Row> h;
        for (const TargetBatch& targets : batch.targets)
            for (std::int64_t t = 0; t < targets.mask.size(2); ++t)
                if (targets.mask[0][0][t].item<double>() > 0)
                    h.push_back(
                        outputs[static_cast<std::size_t>(targets.prefixM[0][0][t].item<std::int64_t>() - 1)]);
        QCOMPARE(h.size(), std::size_t{3});
        double expected = 0;
        for (const Row& own : h) {
            double total = 0;
            for (const Row& other : h)
                total += std::exp(cosineOf(own, other) / 0.5);
            expected += (std::log(total) - 2) / 3;
        }
        Dropout none;
        const LossTerms terms = model.losses(
            leavesOf(model, parameters, batch, torch::kFloat64), batch, {}, weightsOf(model, {}), none);
        QVERIFY(std::abs(terms.values[2].item<double>() - expected) < 1e-5);
    }
};

std::unique_ptr<QObject> tst_fed_sasrec()
{
    return std::make_unique<TestFedSasRec>();
}
#include "tst_fed_sasrec.moc"
