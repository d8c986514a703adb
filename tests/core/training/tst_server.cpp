// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/server.h"
#include "tests/fixtures/model_support.h"

#include <QTest>

#include <memory>
#include <numbers>

using namespace fedcctr;
using namespace fedcctr::federation;
using namespace fedcctr::training;
using namespace fedcctr::model;
using namespace fedcctr::test;
using torch::Tensor;

namespace {

constexpr double kRate = 0.05;

/// A matrix that decays, a bias that does not, and an item table of two id columns and a bias column.
Parameters start()
{
    Parameters parameters;
    parameters.tensors = {torch::tensor({{1.0F, -2.0F}, {0.5F, 3.0F}}), torch::tensor({0.25F, -0.75F}),
        torch::tensor({{1.0F, 2.0F, 3.0F}, {-1.0F, 0.0F, 0.5F}})};
    return parameters;
}

/// `embedded` of the item table's columns are no biases.
std::vector<TensorSpec> specs(std::int64_t embedded)
{
    return {{.name = "matrix", .shape = {2, 2}, .decays = true}, {.name = "bias", .shape = {2}},
        {.name = "items", .shape = {2, 3}, .rows = Rows::PerItem, .embedded = embedded}};
}

/// Gradients that differ from step to step.
ClientUpdate gradient(int step)
{
    const auto f = static_cast<float>(step + 1);
    ClientUpdate update;
    update.tensors = {torch::tensor({{0.1F * f, -0.2F}, {0.0F, 1.0F / f}}), torch::tensor({-0.3F, 0.05F * f}),
        torch::tensor({{0.0F, 0.2F * f, -1.0F}, {0.4F, -0.1F, 0.3F / f}})};
    return update;
}

/// One number through AdamW (Loshchilov and Hutter 2019): beta 0.9 and 0.999, epsilon 1e-8.
struct Adam {
    double value;
    double first = 0;
    double second = 0;
    double decay = 0;

    void step(double g, double rate, int t)
    {
        value *= 1 - rate * decay;
        first = 0.9 * first + 0.1 * g;
        second = 0.999 * second + 0.001 * g * g;
        const double m = first / (1 - std::pow(0.9, t));
        const double v = second / (1 - std::pow(0.999, t));
        value -= rate * m / (std::sqrt(v) + 1e-8);
    }
};

std::vector<double> flat(const Parameters& parameters)
{
    std::vector<double> all;
    for (const Tensor& tensor : parameters.tensors)
        for (std::int64_t i = 0; i < tensor.numel(); ++i)
            all.push_back(static_cast<double>(tensor.contiguous().data_ptr<float>()[i]));
    return all;
}

/// Float32 against double over three steps.
bool close(const std::vector<double>& x, const std::vector<double>& y)
{
    return std::equal(
        x.begin(), x.end(), y.begin(), y.end(), [](double a, double b) { return std::abs(a - b) < 2e-6; });
}

FederationOptions options(ServerOptimizer optimizer)
{
    FederationOptions result;
    result.optimizer = optimizer;
    result.learningRate = kRate;
    result.rounds = 4;
    return result;
}

} // namespace

class TestServer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sgdByHand()
    {
        Parameters parameters = start();
        ServerStep server(options(ServerOptimizer::Sgd), parameters, specs(2));
        std::vector<double> expected = flat(parameters);
        for (int t = 0; t < 3; ++t) {
            server.step(parameters, gradient(t), t, t + 1);
            const std::vector<double> g = flat(gradient(t));
            for (std::size_t i = 0; i < expected.size(); ++i)
                expected[i] -= kRate * g[i];
            QVERIFY(close(flat(parameters), expected));
        }
        QVERIFY(server.moments().empty());
    }

    void adamByHand_data()
    {
        QTest::addColumn<double>("decay");
        QTest::addColumn<double>("itemDecay");
        QTest::newRow("without decay") << 0.0 << 0.0;
        QTest::newRow("of matrices") << 0.5 << 0.0;
        QTest::newRow("of items") << 0.0 << 2.0;
        QTest::newRow("of both") << 0.5 << 2.0;
    }

    /// Decay touches neither the biases nor the items' bias column.
    void adamByHand()
    {
        QFETCH(double, decay);
        QFETCH(double, itemDecay);
        FederationOptions federation = options(ServerOptimizer::AdamW);
        federation.weightDecay = decay;
        federation.itemWeightDecay = itemDecay;
        Parameters parameters = start();
        ServerStep server(federation, parameters, specs(2));
        std::vector<Adam> expected;
        for (const double value : flat(parameters))
            expected.push_back({value});
        for (const std::size_t i : {0U, 1U, 2U, 3U})
            expected[i].decay = decay;
        for (const std::size_t i : {6U, 7U, 9U, 10U})
            expected[i].decay = itemDecay;
        for (int t = 0; t < 3; ++t) {
            server.step(parameters, gradient(t), t, t + 1);
            const std::vector<double> g = flat(gradient(t));
            std::vector<double> now;
            for (std::size_t i = 0; i < expected.size(); ++i) {
                expected[i].step(g[i], kRate, t + 1);
                now.push_back(expected[i].value);
            }
            QVERIFY(close(flat(parameters), now));
        }
        QCOMPARE(server.moments().size(), std::size_t{2});
    }

    /// Without a bias column every column is an embedding.
    void itemTableWithoutBias()
    {
        FederationOptions federation = options(ServerOptimizer::AdamW);
        federation.itemWeightDecay = 2;
        Parameters parameters = start();
        ServerStep server(federation, parameters, specs(3));
        server.step(parameters, parameters.zerosLike(), 0, 1);
        QVERIFY((parameters[2] - start()[2] * (1 - kRate * 2)).abs().max().item<double>() < 1e-6);
        QVERIFY(torch::equal(parameters[0], start()[0]));
    }

    /// The first step has the length of the learning rate, also when the first rounds were empty.
    void emptyRoundsDoNotDampTheFirstStep()
    {
        Parameters parameters = start();
        ServerStep server(options(ServerOptimizer::AdamW), parameters, specs(2));
        server.step(parameters, gradient(0), 3, 1);
        QVERIFY(std::abs(parameters[0][0][0].item<double>() - (1 - kRate)) < 1e-5);
    }

    void cosineSchedule()
    {
        FederationOptions federation = options(ServerOptimizer::Sgd);
        federation.learningRateSchedule = LearningRateSchedule::Cosine;
        federation.rounds = 10;
        ClientUpdate one = start().zerosLike();
        one[1].fill_(1);
        const auto rateAt = [&](int round) {
            Parameters parameters = start().zerosLike();
            ServerStep(federation, parameters, specs(2)).step(parameters, one, round, round + 1);
            return -parameters[1][0].item<double>();
        };
        for (int round = 0; round < 10; ++round) {
            const double expected = kRate * std::max(0.02, (1 + std::cos(std::numbers::pi * round / 10)) / 2);
            QVERIFY(std::abs(rateAt(round) - expected) < 1e-8);
        }
        QVERIFY(std::abs(rateAt(0) - kRate) < 1e-8);
        QVERIFY(std::abs(rateAt(5) - kRate / 2) < 1e-8);
        QVERIFY(std::abs(rateAt(10) - kRate * 0.02) < 1e-8);
        QVERIFY(std::abs(rateAt(25) - kRate * 0.02) < 1e-8);
    }

    /// A state that is stored and put back goes on as if nothing had been.
    void momentsCarryOn()
    {
        Parameters whole = start();
        ServerStep server(options(ServerOptimizer::AdamW), whole, specs(2));
        for (int t = 0; t < 3; ++t)
            server.step(whole, gradient(t), t, t + 1);
        Parameters broken = start();
        ServerStep first(options(ServerOptimizer::AdamW), broken, specs(2));
        first.step(broken, gradient(0), 0, 1);
        ServerStep second(options(ServerOptimizer::AdamW), broken, specs(2));
        second.moments() = {first.moments()[0].clone(), first.moments()[1].clone()};
        for (int t = 1; t < 3; ++t)
            second.step(broken, gradient(t), t, t + 1);
        QVERIFY(sameBits(whole, broken));
    }
};

std::unique_ptr<QObject> tst_server()
{
    return std::make_unique<TestServer>();
}
#include "tst_server.moc"
