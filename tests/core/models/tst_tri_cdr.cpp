// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/tri_cdr.h"
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

Row attended(const Scalar& plain, const Row& own, const std::vector<Row>& outputs, const std::string& matrix)
{
    Row scores;
    for (const Row& output : outputs)
        scores.push_back(dot(plain.times(own, matrix), output));
    return mixed(softmaxOf(scores), outputs);
}

} // namespace

class TestTriCdr : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void logitsByHand()
    {
        const TriCdr model(smallDataset(), tinyOf("tri-cdr"), kHost);
        const Parameters parameters = shaken(model.initialise(1));
        const Scalar plain(model, parameters);
        const std::vector<Row> inA = plain.stream(plain.items(kHistories.a), "A");
        const std::vector<Row> inB = plain.stream(plain.items(kHistories.b), "B");
        const std::vector<Row> merged = plain.stream(plain.items(kHistories.merged()), "M");
        const Row& own = inB.back();
        const Row all = beside(beside(plus(inA.back(), attended(plain, own, inA, "B.attend.A")),
                                   plus(own, attended(plain, own, inB, "B.attend.B"))),
            plus(merged.back(), attended(plain, own, merged, "B.attend.M")));
        const Row user = plain.affine(all, "B.user");
        const data::ItemId item = kB + 20;
        const torch::Tensor scores = rankedBy(model, parameters, kHistories, {item}, Domain::B);
        QVERIFY(std::abs(scores[0].item<double>() - dot(user, plain.item(item)) - plain.bias(item)) < 1e-5);
    }

    /// Of two users trained together, each seen at the end of its history.
    void termsByHand()
    {
        ModelOptions options = tinyOf("tri-cdr");
        options.own["tri-cdr.tau"] = 0.5;
        options.own["tri-cdr.margin"] = 0.7;
        const TriCdr model(smallDataset(), options, kHost);
        const Parameters parameters = shaken(model.initialise(1));
        const Scalar plain(model, parameters);
        const Batch batch = clientBatch({4, 9}, 1, 2, 3, options);
        const auto atEnd = [&](const StreamBatch& sequences, const char* stream) {
            std::vector<Row> result;
            for (std::int64_t user = 0; user < 2; ++user) {
                std::vector<data::ItemId> ids;
                for (std::int64_t j = 0; j < sequences.length[0][user].item<std::int64_t>(); ++j)
                    ids.push_back(
                        batch.rows[0][sequences.index[0][user][j].item<std::int64_t>()].item<data::ItemId>());
                result.push_back(plain.stream(plain.items(ids), stream).back());
            }
            return result;
        };
        const std::vector<Row> inA = atEnd(batch.a, "A");
        const std::vector<Row> inB = atEnd(batch.b, "B");
        const std::vector<Row> merged = atEnd(batch.merged, "M");
        const auto found = [](const std::vector<Row>& x, const std::vector<Row>& y) {
            double sum = 0;
            for (std::size_t i = 0; i < 2; ++i)
                sum += std::log(std::exp(cosineOf(x[i], y[0]) / 0.5) + std::exp(cosineOf(x[i], y[1]) / 0.5))
                    - cosineOf(x[i], y[i]) / 0.5;
            return sum / 2;
        };
        const double coarse = (found(inA, merged) + found(inB, merged) + found(inA, inB)) / 3;
        double fine = 0;
        for (std::size_t i = 0; i < 2; ++i) {
            const double across = cosineOf(inA[i], inB[i]);
            fine += (std::max(0.0, 0.7 + across - cosineOf(inA[i], merged[i]))
                        + std::max(0.0, 0.7 + across - cosineOf(inB[i], merged[i])))
                / 2;
        }
        Dropout none;
        const LossTerms terms = model.losses(
            leavesOf(model, parameters, batch, torch::kFloat64), batch, {}, weightsOf(model, {}), none);
        QVERIFY(std::abs(terms.values[2].item<double>() - coarse) < 1e-5);
        QVERIFY(std::abs(terms.values[3].item<double>() - fine) < 1e-5);
    }

    /// Three streams; per domain three matrices of the attention and one from 3 d to an item.
    void parametersAsPublished()
    {
        const TriCdr model(smallDataset(), tinyOf("tri-cdr"), kHost);
        const std::int64_t d = 16;
        const std::int64_t v = 10;
        const std::int64_t stream = 6 * 6 + (3 * d * d + 3 * d) + (d * d + d) + (8 * d * d + 5 * d) + 4 * d;
        QCOMPARE(model.initialise(1).count(),
            3 * stream + 2 * (3 * d * d + 3 * d * v + v) + kTokenBuckets * 4
                + smallDataset().itemCount() * 7);
    }
};

std::unique_ptr<QObject> tst_tri_cdr()
{
    return std::make_unique<TestTriCdr>();
}
#include "tst_tri_cdr.moc"
