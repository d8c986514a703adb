// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/composition.h"
#include "core/privacy/sampled_gaussian.h"
#include "core/privacy/without_replacement.h"
#include "tests/fixtures/privacy_support.h"

#include <memory>

using namespace fedcctr;
using namespace fedcctr::privacy;
using namespace fedcctr::test;
using nlohmann::json;

class TestWithoutReplacement : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Theorem 27 with its signed differences in 400 digits.
    void theorem()
    {
        const double cases[][4] = {{2, 1, 0.01, 0.0005435086381094325}, {3, 0.7, 0.1, 0.432240423956249},
            {8, 4, 0.01, 0.0001042207109616765}, {33, 10, 0.3, 0.0480888185963738},
            {64, 2, 0.001, 0.9937471193136298}, {256, 20, 0.01, 0.0001358009858622441},
            {300, 5, 0.001, 6.055497988654557e-5}};
        for (const auto& [order, noise, rate, expected] : cases)
            CHECK_NEAR("order " + std::to_string(order), withoutReplacementRenyi(order, noise, rate),
                expected, 1e-11);
    }

    /// Above order 256 the sum skips what is negligible: against all of its terms.
    void longSums()
    {
        for (const double noise : {0.3, 2.0, 9.0, 40.0, 300.0})
            for (const double rate : {1e-4, 0.01, 0.4})
                for (const int order : {257, 512, 1024, 4096}) {
                    double peak = -1e300;
                    std::vector<double> terms;
                    for (int j = 2; j <= order; ++j) {
                        const double exponent = j * (j - 1.0) / (2 * noise * noise);
                        const double factor = j == 2 && exponent < std::log(2.0)
                            ? std::log(4 * std::expm1(exponent))
                            : std::log(2.0) + exponent;
                        terms.push_back(std::lgamma(order + 1.0) - std::lgamma(j + 1.0)
                            - std::lgamma(order - j + 1.0) + j * std::log(rate) + factor);
                        peak = std::max(peak, terms.back());
                    }
                    double sum = 0;
                    for (const double term : terms)
                        sum += std::exp(term - peak);
                    const double logExcess = peak + std::log(sum);
                    const double logMoment = logExcess > 40 ? logExcess : std::log1p(std::exp(logExcess));
                    CHECK_NEAR("order " + std::to_string(order) + " noise " + std::to_string(noise),
                        withoutReplacementRenyi(order, noise, rate), logMoment / (order - 1), 1e-9);
                }
    }

    void betweenWholeOrders()
    {
        const double at3 = withoutReplacementRenyi(3, 2, 0.05);
        const double at4 = withoutReplacementRenyi(4, 2, 0.05);
        CHECK_NEAR(
            "3.25", withoutReplacementRenyi(3.25, 2, 0.05), (0.75 * 2 * at3 + 0.25 * 3 * at4) / 2.25, 1e-14);
        // Between 1 and 2 the lower end is 0.
        CHECK_NEAR("1.5", withoutReplacementRenyi(1.5, 2, 0.05), withoutReplacementRenyi(2, 2, 0.05), 1e-14);
    }

    void ends()
    {
        QCOMPARE(withoutReplacementRenyi(3, 2, 0), 0.0);
        QVERIFY(std::isinf(withoutReplacementRenyi(3, 0, 0.1)));
        CHECK_NEAR("everybody", withoutReplacementRenyi(3, 2, 1), 3.0 / 8, 1e-15);
    }

    /// Falls with the noise, rises with the rate, is no less than the sharper Poisson formula; always a
    /// number.
    void shape()
    {
        for (double noise = 0.01; noise < 2e4; noise *= 3.1) {
            std::vector<double> before(renyiOrders().size(), 0.0);
            for (const double rate : {1e-6, 1e-3, 0.05, 0.5}) {
                const std::vector<double> rdp = withoutReplacementRenyi(renyiOrders(), noise, rate);
                const std::vector<double> noisier =
                    withoutReplacementRenyi(renyiOrders(), 1.05 * noise, rate);
                const std::vector<double> sharper = sampledGaussianRenyi(renyiOrders(), noise, rate);
                for (std::size_t i = 0; i < rdp.size(); ++i) {
                    const QByteArray where = QStringLiteral("order %1, noise %2, rate %3")
                                                 .arg(renyiOrders()[i])
                                                 .arg(noise)
                                                 .arg(rate)
                                                 .toUtf8();
                    QVERIFY2(std::isfinite(rdp[i]) && rdp[i] > 0, where.constData());
                    QVERIFY2(rdp[i] > before[i] && noisier[i] < rdp[i], where.constData());
                    QVERIFY2(rdp[i] >= sharper[i] * (1 - 1e-9), where.constData());
                }
                before = rdp;
            }
        }
    }

    void compositionAgainstGolden()
    {
        NEEDS_GOLDEN();
        for (const char* group : {"wor_compose", "schedule_wor"})
            for (const json& row : golden()["groups"][group]) {
                const bool decays = row.contains("R");
                const TrainingPlan plan = fixedPlan(row["m"].get<double>() / row["n"].get<double>(),
                    row[decays ? "z0_replace" : "z_replace"], row["steps"],
                    decays ? row["R"].get<double>() : 1);
                const double delta = row["delta"];
                CHECK_NEAR(row["id"], composedEpsilon(plan, delta, standardOrders()).epsilon,
                    row["eps_rdp_wbk19"], 1e-6);
                CHECK_NEAR(row["id"],
                    composedEpsilon(plan, delta, standardOrders(), RenyiCurve::ThreePoint).epsilon,
                    row["eps_rdp_three_point"], 1e-6);
            }
    }

    /// The theorem's minima bend its curves: the compressed sum against one term per round.
    void compression()
    {
        const std::vector<double> orders{1.5, 2, 3, 4.5, 8, 16, 33, 63};
        for (const double decay : {0.9999, 0.9997}) {
            const TrainingPlan plan = fixedPlan(0.01, 6, 4000, decay);
            std::vector<double> direct(orders.size(), 0.0);
            for (const NoiseLevel& level : plan.rounds) {
                const std::vector<double> one = withoutReplacementRenyi(orders, level.sigma / 2, plan.rate);
                for (std::size_t i = 0; i < orders.size(); ++i)
                    direct[i] += one[i];
            }
            const std::vector<double> found = composedRenyi(plan, orders);
            for (std::size_t i = 0; i < orders.size(); ++i)
                CHECK_NEAR("order " + std::to_string(orders[i]), found[i], direct[i], 5e-7);
        }
    }

    void bestOrder()
    {
        for (const double noise : {0.5, 2.0, 20.0})
            for (const double rate : {0.01, 0.5, 0.99})
                for (const double delta : {1e-9, 1e-4}) {
                    const TrainingPlan plan = fixedPlan(rate, noise, 100, 0.997);
                    const EpsilonAtOrder all =
                        epsilonFromRenyi(renyiOrders(), composedRenyi(plan, renyiOrders()), delta);
                    CHECK_NEAR("noise " + std::to_string(noise),
                        composedEpsilon(plan, delta, renyiOrders()).epsilon, all.epsilon, 1e-12);
                }
    }
};

std::unique_ptr<QObject> tst_without_replacement()
{
    return std::make_unique<TestWithoutReplacement>();
}
#include "tst_without_replacement.moc"
