// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/accountant.h"
#include "core/privacy/schedule.h"
#include "tests/core/golden.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace fedcctr;
using namespace fedcctr::privacy;
using namespace fedcctr::test;
using nlohmann::json;

namespace {

bool near(double found, double expected, double relative, double absolute = 0)
{
    return found == expected || std::abs(found - expected) <= relative * std::abs(expected) + absolute;
}

#define VERIFY_NEAR(found, expected, ...)                                                                    \
    QVERIFY2(near((found), (expected), __VA_ARGS__),                                                         \
        qPrintable(QStringLiteral("%1 instead of %2").arg(found, 0, 'g', 17).arg(expected, 0, 'g', 17)))

/// sum over the rounds of (sensitivity / sigma_t)^2
double muSquaredOf(const std::vector<int>& rounds, double sigma0, double decay, double sensitivity)
{
    double sum = 0;
    for (const int t : rounds)
        sum += std::pow(sensitivity / (sigma0 * std::pow(decay, t)), 2);
    return sum;
}

} // namespace

class TestAccountant : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Literals from 50-digit arithmetic.
    void eq27()
    {
        VERIFY_NEAR(paperEq27Cost(1, 2, 0.01, 2), 2.8402138324224847e-5, 1e-14);
        VERIFY_NEAR(paperEq27Cost(1, 0.5, 0.01, 4), 0.94976077228187371, 1e-14);
        VERIFY_NEAR(paperEq27Cost(2, 3, 0.3, 8), 0.15357847112814057, 1e-14);
        VERIFY_NEAR(paperEq27Cost(1, 0.1, 0.01, 2), 90.789659628023817, 1e-14);
        // rho = 1: the exponent itself, theta^2 / sigma^2, also where e^x overflows.
        VERIFY_NEAR(paperEq27Cost(3, 2, 1, 5), 2.25, 1e-15);
        VERIFY_NEAR(paperEq27Cost(1, 1e-4, 1, 3), 1e8, 1e-12);
        // A large exponent x: (x + 2 ln rho) / (zeta - 1).
        VERIFY_NEAR(paperEq27Cost(1, 0.01, 0.01, 3), (2e4 + 2 * std::log(0.01)) / 2, 1e-12);
        // A small one: rho^2 theta^2 / sigma^2.
        VERIFY_NEAR(paperEq27Cost(1, 1e4, 0.01, 2), 1e-12, 1e-7);
        QCOMPARE(paperEq27Cost(1, 2, 0, 2), 0.0);
        QVERIFY(std::isinf(paperEq27Cost(1, 0, 0.01, 2)));
    }

    /// Where one way of computing it gives way to another, both agree, also for tiny costs.
    void eq27IsContinuous()
    {
        for (const double rate : {1e-4, 0.01, 0.5, 1.0}) {
            for (const double exponent : {1.0, 500.0}) {
                const double below = paperEq27Cost(std::sqrt(exponent * (1 - 1e-12)), 1, rate, 2);
                const double above = paperEq27Cost(std::sqrt(exponent * (1 + 1e-12)), 1, rate, 2);
                VERIFY_NEAR(below, above, 1e-11);
                QVERIFY(below <= above);
            }
        }
    }

    void eq27AgainstGolden()
    {
        NEEDS_GOLDEN();
        for (const json& row : golden()["groups"]["paper_eq27_28"])
            for (const auto& [round, cost] : row["cost_at"].items()) {
                const double sigma =
                    row["sigma0"].get<double>() * std::pow(row["R"].get<double>(), std::stoi(round));
                VERIFY_NEAR(
                    paperEq27Cost(row["theta"], sigma, row["rho"], row["order"]), numberOf(cost), 1e-10);
            }
    }

    void normalDistribution()
    {
        // From 40-digit arithmetic; -29.9 and -30.1 stand on the two sides of the change of method, and so
        // does 0.
        for (const auto& [x, expected] : std::vector<std::pair<double, double>>{{0, std::log(0.5)},
                 {-1, -1.8410216450092635}, {-5, -15.064998393988726}, {-29.9, -451.32291245852868},
                 {-30.1, -457.32956441638222}, {-40, -804.60844201375379}, {-1000, -500007.82669481218},
                 {1, -0.17275377902344988}, {3, -0.0013508099647481938}, {4.99, -3.0189650809159498e-7},
                 {5.01, -2.7215021431844785e-7}, {8, -6.2209605742717861e-16}})
            VERIFY_NEAR(logNormalCdf(x), expected, 1e-12);
    }

    /// Phi(mu/2 - eps/mu) - e^eps Phi(-mu/2 - eps/mu) from 40-digit arithmetic.
    void exactDelta()
    {
        VERIFY_NEAR(std::exp(gaussianLogDelta(1, 1)), 0.12693673750664395, 1e-12);
        VERIFY_NEAR(std::exp(gaussianLogDelta(0.25, 2)), 9.4391686349472338e-6, 1e-10);
        VERIFY_NEAR(std::exp(gaussianLogDelta(9, 10)), 0.018589514315857806, 1e-12);
        QVERIFY(std::isinf(gaussianLogDelta(0, 1)));
    }

    /// A few golden values that stand here too, so that something is checked everywhere.
    void epsilonLiterals()
    {
        const double first10 = muSquaredOf({0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 1, 0.997, 2);
        VERIFY_NEAR(std::sqrt(first10), 6.411123244609, 1e-12);
        VERIFY_NEAR(gaussianExactEpsilon(first10, 1e-5), 47.12937619254, 1e-10);
        VERIFY_NEAR(gaussianRenyiEpsilon(first10, 1e-5).epsilon, 49.7388188938, 1e-11);
        QCOMPARE(gaussianRenyiEpsilon(first10, 1e-5).order, 1.7);
        const double first10ZeroOut = first10 / 4;
        VERIFY_NEAR(gaussianExactEpsilon(first10ZeroOut, 1e-6), 19.76434673547, 1e-10);
        VERIFY_NEAR(gaussianRenyiEpsilon(first10ZeroOut, 1e-6).epsilon, 20.91030453851, 1e-11);
        VERIFY_NEAR(gaussianExactEpsilon(0.05 * 0.05, 1e-3), 0.08401766265538, 1e-10);
        // privacy.md: ten participations at rho 0.01, R 0.997, T 1000, honest local epsilon at zeta 2's
        // noise.
        const auto one = epsilonFromRenyi(std::vector<double>{2}, std::vector<double>{1e-3}, 1e-6);
        VERIFY_NEAR(one.epsilon, 12.43021619684, 1e-12);
        QCOMPARE(one.order, 2.0);
    }

    void gaussianAgainstGolden()
    {
        NEEDS_GOLDEN();
        for (const json& row : golden()["groups"]["gaussian_analytic"]) {
            if (row["kind"] == "delta_from_eps") {
                const double mu = row["mu"];
                VERIFY_NEAR(
                    std::exp(gaussianLogDelta(mu * mu, row["eps"])), row["delta"].get<double>(), 1e-6, 1e-30);
            } else if (row["kind"] == "eps_from_delta") {
                const double mu = row["mu"];
                VERIFY_NEAR(
                    gaussianExactEpsilon(mu * mu, row["delta"]), row["eps"].get<double>(), 1e-7, 1e-9);
            } else {
                const double mu = 1 / row["sigma_over_sensitivity"].get<double>();
                VERIFY_NEAR(
                    gaussianExactEpsilon(mu * mu, row["delta"]), row["eps"].get<double>(), 1e-6, 1e-9);
            }
        }
    }

    void conversionAgainstGolden()
    {
        NEEDS_GOLDEN();
        for (const json& row : golden()["groups"]["rdp_conversion"]) {
            const std::vector<double> order{row["order"].get<double>()};
            const std::vector<double> rdp{row["rdp"].get<double>()};
            VERIFY_NEAR(epsilonFromRenyi(order, rdp, row["delta"]).epsilon, row["eps_improved"].get<double>(),
                1e-10, 1e-12);
        }
    }

    void compositionAgainstGolden()
    {
        NEEDS_GOLDEN();
        int checked = 0;
        for (const json& row : golden()["groups"]["local_gaussian"]) {
            const std::vector<int> rounds = golden()["round_rules"][row["rounds_rule"].get<std::string>()];
            const double muSquared = muSquaredOf(rounds, row["sigma0"], row["R"], row["sensitivity"]);
            VERIFY_NEAR(std::sqrt(muSquared), row["mu_gdp"].get<double>(), 1e-10);
            for (const double delta : {1e-5, 1e-6}) {
                const json& expected = row[delta == 1e-5 ? "delta_1e-05" : "delta_1e-06"];
                VERIFY_NEAR(
                    gaussianExactEpsilon(muSquared, delta), expected["eps_exact"].get<double>(), 1e-7, 1e-9);
                const double renyi = gaussianRenyiEpsilon(muSquared, delta).epsilon;
                if (expected["order"].get<double>() < 1024) {
                    VERIFY_NEAR(renyi, expected["eps_rdp"].get<double>(), 1e-9);
                } else {
                    // Our list goes on beyond 1024.
                    QVERIFY(renyi <= expected["eps_rdp"].get<double>() * (1 + 1e-9));
                    QVERIFY(renyi >= expected["eps_exact"].get<double>() * (1 - 1e-9));
                }
                ++checked;
            }
        }
        QVERIFY(checked > 300);
    }

    void ordersContainTheStandardOnes()
    {
        NEEDS_GOLDEN();
        const std::vector<double> own(renyiOrders().begin(), renyiOrders().end());
        QVERIFY(std::ranges::is_sorted(own));
        for (const double order : golden()["orders_standard"].get<std::vector<double>>())
            QVERIFY2(std::ranges::any_of(own, [order](double a) { return near(a, order, 1e-12); }),
                qPrintable(QString::number(order)));
    }

    /// From hardly any noise to hardly any signal, one release to a million: numbers, in order, exact below
    /// Renyi.
    void extremes()
    {
        for (const double delta : {1e-12, 1e-5, 1e-2}) {
            double previousExact = std::numeric_limits<double>::infinity();
            double previousRenyi = previousExact;
            for (double sigma = 1e-2; sigma <= 1e4; sigma *= 1.7) {
                const double muSquared = 4 / (sigma * sigma);
                const double exact = gaussianExactEpsilon(muSquared, delta);
                const double renyi = gaussianRenyiEpsilon(muSquared, delta).epsilon;
                QVERIFY(std::isfinite(exact) && std::isfinite(renyi));
                QVERIFY2(exact <= renyi * (1 + 1e-12), qPrintable(QString::number(sigma)));
                QVERIFY(exact <= previousExact && renyi <= previousRenyi); // falls with sigma
                QVERIFY(exact > 0 || gaussianLogDelta(muSquared, 0) <= std::log(delta));
                if (exact > 0)
                    VERIFY_NEAR(gaussianLogDelta(muSquared, exact), std::log(delta), 1e-6);
                previousExact = exact;
                previousRenyi = renyi;
                double previous = -1;
                for (const double releases : {1.0, 2.0, 10.0, 1e3, 1e6}) { // rises with T
                    const double composed = gaussianExactEpsilon(releases * muSquared, delta);
                    QVERIFY(std::isfinite(composed) && composed >= previous);
                    previous = composed;
                }
                for (const double rate : {1e-5, 0.01, 1.0})
                    for (const double order : {1.01, 2.0, 1024.0}) {
                        const double cost = paperEq27Cost(1, sigma, rate, order);
                        QVERIFY(std::isfinite(cost) && cost > 0);
                        QVERIFY(paperEq27Cost(1, sigma * 1.1, rate, order) < cost);
                    }
            }
            QCOMPARE(gaussianExactEpsilon(0, delta), 0.0);
            QCOMPARE(gaussianRenyiEpsilon(0, delta).epsilon, 0.0);
        }
    }

    void smallerDeltaCostsMore()
    {
        for (const double muSquared : {1e-4, 0.3, 40.0}) {
            QVERIFY(gaussianExactEpsilon(muSquared, 1e-8) > gaussianExactEpsilon(muSquared, 1e-5));
            QVERIFY(gaussianRenyiEpsilon(muSquared, 1e-8).epsilon
                > gaussianRenyiEpsilon(muSquared, 1e-5).epsilon);
        }
    }

    /// The budget is the spend that just fits.
    void budgetIsTheInverse()
    {
        for (const double epsilon : {0.01, 0.5, 1.0, 3.0, 50.0, 1e6})
            for (const double delta : {1e-12, 1e-5, 1e-2}) {
                const double limit = gaussianRenyiBudget(epsilon, delta);
                QVERIFY(limit > 0);
                QVERIFY(gaussianRenyiEpsilon(limit, delta).epsilon <= epsilon);
                QVERIFY(gaussianRenyiEpsilon(limit * (1 + 1e-9), delta).epsilon > epsilon);
            }
    }

    void schedules()
    {
        PrivacyOptions options;
        options.noiseMultiplier = 3;
        options.clipNorm = 0.5;
        options.decayRate = 0.9;
        options.schedule = Schedule::AdaLdp;
        VERIFY_NEAR(noiseStd(options, 0), 1.5, 1e-15);
        VERIFY_NEAR(noiseStd(options, 1), 1.35, 1e-15);
        VERIFY_NEAR(noiseStd(options, 3), 1.5 * 0.9 * 0.9 * 0.9, 1e-14);
        options.schedule = Schedule::Static;
        QCOMPARE(noiseStd(options, 0), 1.5);
        QCOMPARE(noiseStd(options, 1000), 1.5);
        options.schedule = Schedule::None;
        QCOMPARE(noiseStd(options, 5), 0.0);
    }
};

QTEST_APPLESS_MAIN(TestAccountant)
#include "tst_accountant.moc"
