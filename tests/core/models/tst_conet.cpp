// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/conet.h"
#include "tests/core/models/scalar.h"

#include <QTest>

#include <memory>

using namespace fedcctr;
using namespace fedcctr::model;
using namespace fedcctr::test;
using data::Domain;

namespace {

const data::ItemId kB = smallDataset().itemsInA;

double logit(const Scalar& plain, const Clicked& histories, data::ItemId candidate)
{
    const auto user = [&](const std::vector<data::ItemId>& history, const char* table) {
        const Row own = plain.row(table, 7);
        return history.empty() ? own : plus(own, meanOf(plain.items(history)));
    };
    const Row none(10, 0.0);
    Row a = beside(user(histories.a, "A.users"), plain.item(candidate));
    Row b = beside(user(histories.b, "B.users"), histories.b.empty() ? none : plain.item(histories.b.back()));
    for (const char* layer : {"0", "1"}) {
        const Row nextA = relu(plus(
            plain.affine(a, std::string("A.mlp") + layer), plain.times(b, std::string("cross") + layer)));
        b = relu(plus(
            plain.affine(b, std::string("B.mlp") + layer), plain.times(a, std::string("cross") + layer)));
        a = nextA;
    }
    return plain.affine(a, "A.mlp2")[0];
}

} // namespace

class TestCoNet : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Eq. 7 layer by layer, both networks.
    void logitsByHand()
    {
        const CoNet model(smallDataset(), tinyOf("conet"), kHost);
        const Parameters parameters = shaken(model.initialise(1));
        const Scalar plain(model, parameters);
        for (const Clicked& histories :
            {Clicked{{3, 9, 4}, {kB + 4, kB + 6}}, Clicked{{3}, {}}, Clicked{{}, {kB + 4}}}) {
            const torch::Tensor scores = rankedBy(model, parameters, histories, {20, 21}, Domain::A);
            for (const data::ItemId item : {20, 21})
                QVERIFY(std::abs(scores[item - 20].item<double>() - logit(plain, histories, item)) < 1e-5);
        }
    }

    /// Without the shared matrices the other domain is not heard.
    void crossesCarryTheOtherDomain()
    {
        const CoNet model(smallDataset(), tinyOf("conet"), kHost);
        Parameters parameters = shaken(model.initialise(1));
        const auto moved = [&] {
            return (rankedBy(model, parameters, {{3, 9}, {kB + 4}}, {20}, Domain::A)
                - rankedBy(model, parameters, {{3, 9}, {kB + 9}}, {20}, Domain::A))
                .abs()
                .item<double>();
        };
        QVERIFY(moved() > 1e-4);
        for (std::size_t i = 0; i < parameters.size(); ++i)
            if (model.names()[i].starts_with("cross"))
                parameters[i].zero_();
        QCOMPARE(moved(), 0.0);
    }

    /// Per domain the MLP 2 v - 8 - 4 - 1 and a vector per user, and a matrix per hidden layer.
    void parametersAsPublished()
    {
        const CoNet model(smallDataset(), tinyOf("conet"), kHost);
        const std::int64_t v = 10;
        const std::int64_t mlp = (2 * v * 8 + 8) + (8 * 4 + 4) + (4 + 1);
        const std::int64_t uploaded =
            2 * mlp + 2 * v * 8 + 8 * 4 + kTokenBuckets * 4 + smallDataset().itemCount() * 6;
        QCOMPARE(uploadedCount(model.specs()), uploaded);
        QCOMPARE(model.initialise(1).count(),
            uploaded + 2 * v * static_cast<std::int64_t>(smallDataset().userCount()));
    }
};

std::unique_ptr<QObject> tst_conet()
{
    return std::make_unique<TestCoNet>();
}
#include "tst_conet.moc"
