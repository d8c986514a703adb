// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/fed_dssm.h"
#include "tests/core/models/scalar.h"

#include <QTest>

#include <memory>

using namespace fedcctr;
using namespace fedcctr::model;
using namespace fedcctr::test;
using data::Domain;

namespace {

ModelOptions options()
{
    ModelOptions result = tinyOf("fed-dssm");
    result.own["fed-dssm.width"] = std::int64_t{5};
    result.own["fed-dssm.gamma"] = 3.0;
    return result;
}

Row tower(const Scalar& plain, Row x, const std::string& name)
{
    for (const char* layer : {"0", "1"}) {
        x = plain.affine(x, name + layer);
        for (double& value : x)
            value = std::tanh(value);
    }
    return x;
}

} // namespace

class TestFedDssm : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Eq. 4-5: gamma times the cosine of the towers.
    void logitsByHand()
    {
        const FedDssm model(smallDataset(), options(), kHost);
        const Parameters parameters = shaken(model.initialise(1));
        const Scalar plain(model, parameters);
        const Row user = tower(plain, meanOf(plain.items({3, 9, 4})), "A.user");
        const torch::Tensor scores = rankedBy(model, parameters, {{3, 9, 4}, {}}, {20, 21}, Domain::A);
        for (const data::ItemId item : {20, 21})
            QVERIFY(std::abs(scores[item - 20].item<double>()
                        - 3 * cosineOf(user, tower(plain, plain.item(item), "A.item")))
                < 1e-5);
    }

    /// The order of the history does not matter.
    void forgetsTheOrder()
    {
        const FedDssm model(smallDataset(), options(), kHost);
        const Parameters parameters = shaken(model.initialise(1));
        QVERIFY(torch::allclose(rankedBy(model, parameters, {{3, 9, 4}, {}}, {20, 21}, Domain::A),
            rankedBy(model, parameters, {{4, 3, 9}, {}}, {20, 21}, Domain::A)));
    }

    /// Two towers per domain of two layers each: v w + w and w w + w.
    void parametersAsPublished()
    {
        const FedDssm model(smallDataset(), options(), kHost);
        const std::int64_t v = 6 + 4;
        const std::int64_t w = 5;
        QCOMPARE(model.initialise(1).count(),
            4 * (v * w + w + w * w + w) + kTokenBuckets * 4 + smallDataset().itemCount() * 6);
    }
};

std::unique_ptr<QObject> tst_fed_dssm()
{
    return std::make_unique<TestFedDssm>();
}
#include "tst_fed_dssm.moc"
