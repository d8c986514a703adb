// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/accountant.h"
#include "core/privacy/schedule.h"
#include "tests/fixtures/privacy_support.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

using namespace fedcctr;
using namespace fedcctr::privacy;
using namespace fedcctr::test;
using nlohmann::json;

namespace {

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
        // core/privacy/README.md: ten participations at rho 0.01, R 0.997, T 1000, honest local epsilon at zeta 2's
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

    /// The same for the exact epsilon.
    void exactBudgetIsTheInverse()
    {
        for (const double epsilon : {1e-6, 0.01, 1.0, 50.0, 1e6})
            for (const double delta : {1e-12, 1e-5, 1e-2}) {
                const double limit = gaussianExactBudget(epsilon, delta);
                QVERIFY(limit > 0);
                QVERIFY(gaussianExactEpsilon(limit, delta) <= epsilon);
                QVERIFY(gaussianExactEpsilon(limit * (1 + 1e-6), delta) > epsilon);
                QVERIFY(limit >= gaussianRenyiBudget(epsilon, delta) * (1 - 1e-9));
            }
    }

    /// ln(1 + rho^2 (e^x - 1))/(alpha - 1), x = 2 alpha (alpha - 1) theta^2/sigma^2, by hand.
    void appendixA()
    {
        VERIFY_NEAR(paperAppendixACost(1, 2, 0.1, 2), std::log1p(0.01 * std::expm1(1.0)), 1e-14);
        VERIFY_NEAR(paperAppendixACost(2, 4, 1, 3), 1.5, 1e-14); // 12/4/2
        VERIFY_NEAR(paperAppendixACost(1, 0.01, 0.1, 2), 4e4 + std::log(0.01), 1e-13);
        VERIFY_NEAR(paperAppendixACost(1, 1e5, 0.1, 2), 4e-12, 1e-9);
        QCOMPARE(paperAppendixACost(1, 2, 0, 2), 0.0);
        QVERIFY(std::isinf(paperAppendixACost(1, 0, 0.1, 2)));
        QCOMPARE(std::vector<double>(paperOrders().begin(), paperOrders().end()),
            (std::vector<double>{2, 4, 8, 16, 32, 64}));
    }

    void olderConversion()
    {
        const std::vector<double> orders{2, 11};
        const std::vector<double> rdp{0.1, 0.5};
        const EpsilonAtOrder found = epsilonFromRenyiProp3(orders, rdp, 1e-5);
        VERIFY_NEAR(found.epsilon, 0.5 + std::log(1e5) / 10, 1e-14);
        QCOMPARE(found.order, 11.0);
        QVERIFY(epsilonFromRenyi(orders, rdp, 1e-5).epsilon < found.epsilon);
    }

    void deltaZero()
    {
        QVERIFY(std::isinf(gaussianExactEpsilon(1, 0)));
        QVERIFY(std::isinf(gaussianRenyiEpsilon(1, 0).epsilon));
        QCOMPARE(gaussianExactEpsilon(0, 0), 0.0);
        QCOMPARE(gaussianExactBudget(1, 0), 0.0);
        QCOMPARE(epsilonFromRenyi(std::vector<double>{2}, std::vector<double>{0}, 1e-12).epsilon, 0.0);
    }

    void edgesAgainstGolden()
    {
        NEEDS_GOLDEN();
        for (const json& row : golden()["groups"]["edge_cases"]) {
            const std::string id = row["id"];
            if (id == "edge/big") {
                const double muSquared = std::pow(2 / std::pow(0.991, 999), 2);
                CHECK_NEAR(id, std::sqrt(muSquared), row["mu_gdp"], 1e-9);
                CHECK_NEAR(id, gaussianExactEpsilon(muSquared, row["delta"]), row["eps_exact"], 1e-6);
            } else if (id == "edge/eq27_overflow") {
                CHECK_NEAR(id, paperEq27Cost(1, std::pow(0.991, 999), 0.01, 64), row["value"], 1e-9);
            } else if (id == "edge/eq27_underflow") {
                CHECK_NEAR(id, paperEq27Cost(1, 1000, 0.001, 2), row["value"], 1e-9);
            }
        }
    }

    void olderConversionAgainstGolden()
    {
        NEEDS_GOLDEN();
        for (const json& row : golden()["groups"]["rdp_conversion"]) {
            const double order = row["order"];
            const double rdp = row["rdp"];
            CHECK_NEAR(row["id"],
                epsilonFromRenyiProp3(std::span(&order, 1), std::span(&rdp, 1), row["delta"]).epsilon,
                row["eps_prop3"], 1e-12);
        }
    }

    void localAtStandardOrdersAgainstGolden()
    {
        NEEDS_GOLDEN();
        const std::vector<double> orders = standardOrders();
        for (const json& row : golden()["groups"]["local_gaussian"]) {
            const std::vector<int> rounds = golden()["round_rules"][row["rounds_rule"].get<std::string>()];
            const double muSquared = muSquaredOf(rounds, row["sigma0"], row["R"], row["sensitivity"]);
            for (const auto& [order, rdp] : row["rdp"].items())
                CHECK_NEAR(row["id"], std::stod(order) * muSquared / 2, rdp, 1e-10);
            std::vector<double> curve;
            for (const double order : orders)
                curve.push_back(order * muSquared / 2);
            for (const auto& [key, delta] :
                {std::pair("delta_1e-05", 1e-5), std::pair("delta_1e-06", 1e-6)}) {
                CHECK_NEAR(row["id"], gaussianRenyiEpsilon(muSquared, delta, orders).epsilon,
                    row[key]["eps_rdp"], 1e-9);
                CHECK_NEAR(row["id"], epsilonFromRenyiProp3(orders, curve, delta).epsilon,
                    row[key]["eps_rdp_prop3"], 1e-9);
            }
        }
    }

    /// Uploads allowed while the exact epsilon stays within the budget.
    void exactStopAgainstGolden()
    {
        NEEDS_GOLDEN();
        for (const json& row : golden()["groups"]["local_stop_rule"]) {
            const std::vector<int> rule = golden()["round_rules"][row["rounds_rule"].get<std::string>()];
            const double limit = gaussianExactBudget(row["budget_eps"], row["delta"]);
            double spent = 0;
            double refused = 0;
            int releases = 0;
            for (const int round : rule) {
                const double after =
                    spent + muSquaredOf({round}, row["sigma0"], row["R"], row["sensitivity"]);
                if (after > limit) {
                    refused = after;
                    break;
                }
                spent = after;
                ++releases;
            }
            QVERIFY2(releases == row["releases"].get<int>(), row["id"].get<std::string>().c_str());
            CHECK_NEAR(row["id"], gaussianExactEpsilon(spent, row["delta"]), row["eps_spent"], 1e-6);
            QCOMPARE(refused == 0, row["eps_refused"].is_null());
            if (refused > 0)
                CHECK_NEAR(row["id"], gaussianExactEpsilon(refused, row["delta"]), row["eps_refused"], 1e-6);
        }
    }

    void eq27SumsAgainstGolden()
    {
        NEEDS_GOLDEN();
        for (const json& row : golden()["groups"]["paper_eq27_28"]) {
            const auto cost = [&row](int round) {
                return paperEq27Cost(row["theta"],
                    row["sigma0"].get<double>() * std::pow(row["R"].get<double>(), round), row["rho"],
                    row["order"]);
            };
            double sum = 0;
            for (int round = 0; round < 1000; ++round) {
                sum += cost(round);
                const std::string after = std::to_string(round + 1);
                if (row["cumulative_after"].contains(after))
                    CHECK_NEAR(row["id"], sum, row["cumulative_after"][after], 1e-9);
            }
            double own = 0;
            for (const int round : golden()["round_rules"]["every100"])
                own += cost(round);
            CHECK_NEAR(row["id"], own, row["cumulative_participation_every100"], 1e-9);
        }
    }

    void appendixAAgainstGolden()
    {
        NEEDS_GOLDEN();
        for (const json& row : golden()["groups"]["paper_appendix_a"]) {
            std::vector<double> orders;
            if (row.contains("order"))
                orders.push_back(row["order"]);
            else
                orders.assign(paperOrders().begin(), paperOrders().end());
            checkAppendixA(row, orders);
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

private:
    /// Costs, sums and epsilons after so many rounds, and the stop rule of A.7.
    void checkAppendixA(const json& row, const std::vector<double>& orders)
    {
        const std::string id = row["id"];
        const bool best = orders.size() > 1;
        std::vector<double> sums(orders.size(), 0.0);
        std::vector<double> epsilons[2]; // after 0, 1, … rounds
        constexpr double kDeltas[] = {1e-5, 1e-6};
        const std::string names[] = {"delta_1e-05", "delta_1e-06"};
        for (int round = 0; round < 5000; ++round) {
            const double sigma = row["sigma0"].get<double>() * std::pow(row["R"].get<double>(), round);
            for (std::size_t i = 0; i < orders.size(); ++i) {
                const double cost = paperAppendixACost(row["theta"], sigma, row["rho"], orders[i]);
                sums[i] += cost;
                if (!best && row["cost_at"].contains(std::to_string(round)))
                    CHECK_NEAR(id, cost, row["cost_at"][std::to_string(round)], 1e-10);
            }
            const std::string after = std::to_string(round + 1);
            if (!best && row["cumulative_after"].contains(after))
                CHECK_NEAR(id, sums[0], row["cumulative_after"][after], 1e-9);
            for (int k = 0; k < 2; ++k) {
                epsilons[k].push_back(epsilonFromRenyiProp3(orders, sums, kDeltas[k]).epsilon);
                const json& expected = row[(best ? "eps_best_after_" : "eps43_after_") + names[k]];
                if (expected.contains(after))
                    CHECK_NEAR(id, epsilons[k].back(), expected[after], 1e-9);
            }
        }
        for (int k = 0; k < 2 && best; ++k)
            for (const auto& [budget, stop] : row["releases_" + names[k]].items()) {
                const auto refused = std::ranges::find_if(
                    epsilons[k], [limit = std::stod(budget)](double epsilon) { return !(epsilon <= limit); });
                QVERIFY2(refused - epsilons[k].begin() == stop["releases"].get<int>(), id.c_str());
                if (refused != epsilons[k].end() && stop["eps_refused"].is_number())
                    CHECK_NEAR(id, *refused, stop["eps_refused"], 1e-6);
            }
    }
};

std::unique_ptr<QObject> tst_accountant()
{
    return std::make_unique<TestAccountant>();
}
#include "tst_accountant.moc"
