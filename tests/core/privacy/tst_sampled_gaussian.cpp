// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/composition.h"
#include "core/privacy/sampled_gaussian.h"
#include "tests/fixtures/privacy_support.h"

#include <memory>

using namespace fedcctr;
using namespace fedcctr::privacy;
using namespace fedcctr::test;
using nlohmann::json;

class TestSampledGaussian : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// E[(1 - q + q e^t)^a] by 40-digit adaptive quadrature.
    void fractionalOrders()
    {
        const double cases[][4] = {{1.1, 4, 0.001, 3.546985044273166e-8},
            {1.1, 1, 1e-6, 9.450527071147071e-13}, {1.5, 0.7, 0.1, 0.03694927321851991},
            {2.5, 50, 0.5, 0.0001250250030208854}, {1.0625, 0.1, 0.999, 53.10836740481567},
            {7.3, 0.2, 1e-6, 75.24155125823187}, {3, 10000, 1e-6, 1.500000007500015e-20},
            {10.9, 2, 0.01, 0.0001591906015254204}, {63.5, 5, 0.05, 0.003707096692679761},
            {1.25, 0.5, 0.999999, 2.499996839400739}};
        for (const auto& [order, noise, rate, expected] : cases)
            CHECK_NEAR(
                "order " + std::to_string(order), sampledGaussianRenyi(order, noise, rate), expected, 1e-11);
    }

    /// The binomial sum of Mironov, Talwar and Zhang in 60 digits.
    void wholeOrders()
    {
        const double cases[][4] = {{2, 1, 0.01, 0.0001718134220745479}, {32, 0.5, 0.01, 59.24627593704455},
            {256, 3, 0.1, 11.91060738376993}, {64, 0.01, 1e-6, 319985.9651956237},
            {1024, 8, 0.5, 7.306175370632883}, {4, 1000, 1e-5, 2.000001000040333e-16}};
        for (const auto& [order, noise, rate, expected] : cases)
            CHECK_NEAR(
                "order " + std::to_string(order), sampledGaussianRenyi(order, noise, rate), expected, 1e-12);
    }

    /// At order 2: ln(1 + q^2 (e^(1/z^2) - 1)).
    void orderTwo()
    {
        for (const double noise : {0.05, 0.3, 1.0, 7.0, 1e4})
            for (const double rate : {1e-6, 0.02, 0.7, 0.9999}) {
                const double x = 1 / (noise * noise);
                const double expected =
                    x < 300 ? std::log1p(rate * rate * std::expm1(x)) : x + 2 * std::log(rate);
                CHECK_NEAR("order 2", sampledGaussianRenyi(2, noise, rate), expected, 1e-12);
            }
    }

    void ends()
    {
        QCOMPARE(sampledGaussianRenyi(3, 2, 0), 0.0);
        QCOMPARE(sampledGaussianRenyi(3, 0, 0), 0.0);
        QVERIFY(std::isinf(sampledGaussianRenyi(3, 0, 0.1)));
        CHECK_NEAR("rate 1", sampledGaussianRenyi(1.7, 3, 1), 1.7 / 18, 1e-15);
        // Continuous towards both ends.
        CHECK_NEAR("rate to 1", sampledGaussianRenyi(1.7, 3, 1 - 1e-12), 1.7 / 18, 1e-10);
        CHECK_NEAR(
            "order to 1", sampledGaussianRenyi(1 + 1e-9, 2, 0.1), sampledGaussianRenyi(1.0001, 2, 0.1), 1e-3);
    }

    void vectorForm()
    {
        const std::vector<double> all = sampledGaussianRenyi(renyiOrders(), 0.8, 0.03);
        for (std::size_t i = 0; i < all.size(); ++i)
            CHECK_NEAR("index " + std::to_string(i), all[i],
                sampledGaussianRenyi(renyiOrders()[i], 0.8, 0.03), 1e-12);
    }

    /// Rises with the order and the rate, falls with the noise, is at most the unsampled value; (a - 1)
    /// rdp(a) is convex. No silent 0, infinity or NaN anywhere.
    void shape()
    {
        for (double noise = 0.01; noise < 2e4; noise *= 2.3) {
            std::vector<double> before(renyiOrders().size(), 0.0);
            for (const double rate : {1e-6, 1e-4, 0.01, 0.3, 0.9, 0.999999}) {
                const std::vector<double> rdp = sampledGaussianRenyi(renyiOrders(), noise, rate);
                const std::vector<double> noisier = sampledGaussianRenyi(renyiOrders(), noise * 1.05, rate);
                double slope = 0;
                for (std::size_t i = 0; i < rdp.size(); ++i) {
                    const double order = renyiOrders()[i];
                    const QByteArray where = QStringLiteral("order %1, noise %2, rate %3")
                                                 .arg(order)
                                                 .arg(noise)
                                                 .arg(rate)
                                                 .toUtf8();
                    QVERIFY2(std::isfinite(rdp[i]) && rdp[i] > 0, where.constData());
                    QVERIFY2(rdp[i] <= order / (2 * noise * noise) * (1 + 1e-12), where.constData());
                    QVERIFY2(rdp[i] > before[i] && noisier[i] < rdp[i], where.constData());
                    if (i > 0) {
                        const double previous = renyiOrders()[i - 1];
                        const double next =
                            ((order - 1) * rdp[i] - (previous - 1) * rdp[i - 1]) / (order - previous);
                        QVERIFY2(next >= slope * (1 - 1e-9), where.constData());
                        slope = next;
                    }
                }
                before = rdp;
            }
        }
    }

    void curvesAgainstGolden()
    {
        NEEDS_GOLDEN();
        for (const json& row : golden()["groups"]["rdp_curve_poisson"]) {
            const std::vector<double> orders = row["orders"];
            const std::vector<double> found = sampledGaussianRenyi(orders, row["z"], row["q"]);
            for (std::size_t i = 0; i < orders.size(); ++i)
                CHECK_NEAR(row["id"], found[i], row["rdp"][i], 1e-6, 1e-12);
        }
    }

    void compositionAgainstGolden()
    {
        NEEDS_GOLDEN();
        const std::vector<double> orders = standardOrders();
        for (const json& row : golden()["groups"]["poisson_compose"]) {
            const TrainingPlan plan = poissonPlan(row["q"], row["z"], row["steps"]);
            const double delta = row["delta"];
            CHECK_NEAR(row["id"], composedEpsilon(plan, delta, orders).epsilon, row["eps_rdp"], 1e-6);
            CHECK_NEAR(row["id"], epsilonFromRenyiProp3(orders, composedRenyi(plan, orders), delta).epsilon,
                row["eps_rdp_prop3"], 1e-6);
            const double finer = composedEpsilon(plan, delta, renyiOrders()).epsilon;
            QVERIFY(finer <= row["eps_rdp"].get<double>() * (1 + 1e-6));
            for (const char* least : {"eps_exact", "eps_prv_lower"})
                if (row.contains(least) && row[least].is_number())
                    QVERIFY2(
                        finer >= row[least].get<double>() * (1 - 1e-9), row["id"].get<std::string>().c_str());
            if (row.contains("mu_gdp")) {
                CHECK_NEAR(row["id"], std::sqrt(muSquaredOf(plan)), row["mu_gdp"], 1e-12);
                CHECK_NEAR(row["id"], gaussianExactEpsilon(muSquaredOf(plan), delta), row["eps_exact"], 1e-8);
                if (row.contains("delta_at_eps1_exact"))
                    CHECK_NEAR(row["id"], gaussianDelta(muSquaredOf(plan), 1), row["delta_at_eps1_exact"],
                        1e-7, 1e-12);
            }
        }
    }

    void schedulesAgainstGolden()
    {
        NEEDS_GOLDEN();
        const std::vector<double> orders = standardOrders();
        for (const json& row : golden()["groups"]["schedule_poisson"]) {
            const TrainingPlan plan = poissonPlan(row["q"], row["z0"], row["steps"], row["R"]);
            CHECK_NEAR(row["id"], composedEpsilon(plan, row["delta"], orders).epsilon, row["eps_rdp"], 1e-6);
            for (const auto& [text, expected] : row["rdp_at"].items()) {
                const double order = std::stod(text);
                CHECK_NEAR(row["id"], composedRenyi(plan, std::span(&order, 1)).front(), expected, 1e-7);
            }
            if (row.contains("mu_gdp")) {
                CHECK_NEAR(row["id"], std::sqrt(muSquaredOf(plan)), row["mu_gdp"], 1e-10);
                CHECK_NEAR(
                    row["id"], gaussianExactEpsilon(muSquaredOf(plan), row["delta"]), row["eps_exact"], 1e-8);
            }
        }
    }

    /// The compressed sum against one term per round.
    void compression()
    {
        const std::vector<double> orders{1.1, 2, 4.5, 8, 16, 32, 63};
        for (const double decay : {0.9999, 0.9997, 0.999}) {
            const TrainingPlan plan = poissonPlan(0.01, 12, 4000, decay);
            QVERIFY(decay < 0.9995 || compressedRounds(plan.rounds, 0.01, 8).size() < 2500);
            std::vector<double> direct(orders.size(), 0.0);
            for (const NoiseLevel& level : plan.rounds) {
                const std::vector<double> one = sampledGaussianRenyi(orders, level.sigma, plan.rate);
                for (std::size_t i = 0; i < orders.size(); ++i)
                    direct[i] += one[i];
            }
            const std::vector<double> found = composedRenyi(plan, orders);
            for (std::size_t i = 0; i < orders.size(); ++i)
                CHECK_NEAR("order " + std::to_string(orders[i]), found[i], direct[i], 1e-8);
        }
    }

    /// The short look for the best order finds the best of all of them.
    void bestOrder()
    {
        for (const double sigma0 : {0.8, 3.0, 20.0, 300.0})
            for (const double decay : {0.99, 0.999})
                for (const double delta : {1e-10, 1e-5, 1e-2}) {
                    const TrainingPlan plan = poissonPlan(0.02, sigma0, 200, decay);
                    const EpsilonAtOrder all =
                        epsilonFromRenyi(renyiOrders(), composedRenyi(plan, renyiOrders()), delta);
                    CHECK_NEAR("sigma0 " + std::to_string(sigma0),
                        composedEpsilon(plan, delta, renyiOrders()).epsilon, all.epsilon, 1e-12);
                }
    }
};

std::unique_ptr<QObject> tst_sampled_gaussian()
{
    return std::make_unique<TestSampledGaussian>();
}
#include "tst_sampled_gaussian.moc"
