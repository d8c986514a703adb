// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/fed_dcsr.h"
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

} // namespace

class TestFedDcsr : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Means of both representations and what the client keeps for itself.
    void logitsByHand()
    {
        const FedDcsr model(smallDataset(), tinyOf("fed-dcsr"), kHost);
        const Parameters parameters = shaken(model.initialise(1));
        const Scalar plain(model, parameters);
        const std::vector<Row> events = plain.items(kHistories.b);
        for (const std::int32_t user : {7, 8}) {
            const Row z = plus(plus(plain.stream(events, "shared").back(), plain.stream(events, "B").back()),
                plain.row("B.local", user));
            const Row asked = plain.affine(z, "B.user");
            const data::ItemId item = kB + 20;
            const torch::Tensor scores = rankedBy(model, parameters, kHistories, {item}, Domain::B, user);
            QVERIFY(
                std::abs(scores[0].item<double>() - dot(asked, plain.item(item)) - plain.bias(item)) < 1e-5);
        }
    }

    /// Of a client with one target: sums over domains of (m^2 + s^2 - 1 - log s^2) / 2 for both
    /// representations, and 1 - cos of the shared ones.
    void termsByHand()
    {
        const FedDcsr model(smallDataset(), tinyOf("fed-dcsr"), kHost);
        const Parameters parameters = shaken(model.initialise(1));
        const Scalar plain(model, parameters);
        const Batch batch = clientBatch({4}, 1, 2, 1, tinyOf("fed-dcsr"));
        const auto idsOf = [&](const StreamBatch& sequences) {
            std::vector<data::ItemId> ids;
            for (std::int64_t j = 0; j < sequences.length.item<std::int64_t>(); ++j)
                ids.push_back(
                    batch.rows[0][sequences.index[0][0][j].item<std::int64_t>()].item<data::ItemId>());
            return ids;
        };
        // The newest event is the only target, so that all others stand before it.
        const bool inA = batch.targets[0].mask.sum().item<double>() > 0;
        const std::vector<Row> own = plain.items(idsOf(inA ? batch.a : batch.b));
        const std::string domain = inA ? "A" : "B";
        double divergence = 0;
        for (const auto& [stream, head] : {std::pair<std::string, std::string>("shared", "shared.variance"),
                 {domain, domain + ".variance"}}) {
            const Row mean = plain.stream(own, stream).back();
            const Row logVariance = plain.affine(mean, head);
            for (std::size_t c = 0; c < mean.size(); ++c)
                divergence += (mean[c] * mean[c] + std::exp(logVariance[c]) - 1 - logVariance[c]) / 2
                    / static_cast<double>(mean.size());
        }
        const double apart = 1
            - cosineOf(plain.stream(plain.items(idsOf(batch.a)), "shared").back(),
                plain.stream(plain.items(idsOf(batch.b)), "shared").back());
        Dropout none;
        const LossTerms terms = model.losses(
            leavesOf(model, parameters, batch, torch::kFloat64), batch, {}, weightsOf(model, {}), none);
        QVERIFY(std::abs(terms.values[2].item<double>() - divergence) < 1e-5);
        QVERIFY(std::abs(terms.values[3].item<double>() - apart) < 1e-5);
        // A single instance has nobody to be told from.
        QVERIFY(std::abs(terms.values[4].item<double>()) < 1e-9);
    }

    /// Samples differ in training, whose noise has the deviation that the variance head says.
    void samplesInTraining()
    {
        const FedDcsr model(smallDataset(), tinyOf("fed-dcsr"), kHost);
        const Parameters parameters = shaken(model.initialise(1));
        const Batch batch = clientBatch({4}, 1, 2, 3, tinyOf("fed-dcsr"));
        const auto loss = [&](std::uint64_t seed) {
            Dropout dropout(0, {seed});
            const LossTerms terms = model.losses(leavesOf(model, parameters, batch, torch::kFloat64), batch,
                {}, weightsOf(model, {}), dropout);
            return (terms.values[0] + terms.values[1]).item<double>();
        };
        QCOMPARE(loss(1), loss(1));
        QVERIFY(loss(1) != loss(2));

        Dropout dropout(0, {1});
        const torch::Tensor noise = dropout.normal({1, 20000}, torch::kFloat32);
        QVERIFY(std::abs(noise.mean().item<double>()) < 0.03);
        QVERIFY(std::abs(noise.std().item<double>() - 1) < 0.03);
        Dropout none;
        QVERIFY(none.normal({1, 5}, torch::kFloat32).abs().sum().item<double>() == 0);
    }

    /// Three streams, three variance heads, a matrix per domain; the rows of the users are not uploaded.
    void parametersAsPublished()
    {
        const FedDcsr model(smallDataset(), tinyOf("fed-dcsr"), kHost);
        const std::int64_t d = 16;
        const std::int64_t v = 10;
        const std::int64_t stream = 6 * 6 + (3 * d * d + 3 * d) + (d * d + d) + (8 * d * d + 5 * d) + 4 * d;
        const std::int64_t uploaded =
            3 * (stream + d * d + d) + 2 * (d * v + v) + kTokenBuckets * 4 + smallDataset().itemCount() * 7;
        QCOMPARE(uploadedCount(model.specs()), uploaded);
        QCOMPARE(model.initialise(1).count(),
            uploaded + 2 * d * static_cast<std::int64_t>(smallDataset().userCount()));
    }
};

std::unique_ptr<QObject> tst_fed_dcsr()
{
    return std::make_unique<TestFedDcsr>();
}
#include "tst_fed_dcsr.moc"
