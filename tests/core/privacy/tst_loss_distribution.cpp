// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/privacy/composition.h"
#include "core/privacy/loss_distribution.h"
#include "tests/fixtures/privacy_support.h"

#include <memory>

using namespace fedcctr;
using namespace fedcctr::privacy;
using namespace fedcctr::test;
using nlohmann::json;

namespace {

/// delta(epsilon) of one sampled round with the client there against without, from the Gaussian's by
/// e^eps = 1 + q (e^eps' - 1); also for negative epsilon.
double removeDelta(double noise, double rate, double epsilon)
{
    if (epsilon <= std::log1p(-rate))
        return -std::expm1(epsilon);
    const double inner = std::log1p(std::expm1(epsilon) / rate);
    const double first = logNormalCdf(0.5 / noise - inner * noise);
    const double second = inner + logNormalCdf(-0.5 / noise - inner * noise);
    return rate * (std::exp(first) - std::exp(second));
}

/// The other way round: E[(1 - e^eps (1 - q + q e^t))+] over the noise alone.
double addDelta(double noise, double rate, double epsilon)
{
    if (-epsilon <= std::log1p(-rate))
        return 0;
    const double u = noise * std::log1p(std::expm1(-epsilon) / rate) + 0.5 / noise;
    return (1 - std::exp(epsilon) * (1 - rate)) * std::exp(logNormalCdf(u))
        - std::exp(epsilon) * rate * std::exp(logNormalCdf(u - 1 / noise));
}

/// Two rounds by quadrature over the first one's noise.
double removeDeltaOfTwo(double first, double second, double rate, double epsilon)
{
    double sum = 0;
    const double step = 1e-3;
    for (double u = -10; u < 1 / first + 10; u += step) {
        const double ratio = 1 - rate + rate * std::exp(u / first - 0.5 / (first * first));
        sum += std::exp(-u * u / 2) * ratio * removeDelta(second, rate, epsilon - std::log(ratio));
    }
    return sum * step / std::sqrt(2 * 3.14159265358979324);
}

TrainingPlan levels(double rate, std::vector<NoiseLevel> rounds)
{
    TrainingPlan plan = poissonPlan(rate);
    plan.rounds = std::move(rounds);
    return plan;
}

/// The smallest epsilon at which the falling function is at most delta.
template <typename Function> double epsilonWhere(double delta, Function deltaOf)
{
    double low = 0;
    double high = 1;
    while (deltaOf(high) > delta)
        high *= 2;
    for (int step = 0; step < 60; ++step) {
        const double middle = (low + high) / 2;
        (deltaOf(middle) > delta ? low : high) = middle;
    }
    return high;
}

} // namespace

class TestLossDistribution : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void oneRoundInClosedForm()
    {
        for (const double noise : {0.3, 1.0, 5.0})
            for (const double rate : {0.001, 0.1, 0.9})
                for (const double delta : {1e-12, 1e-6, 1e-4}) {
                    const auto both = [&](double epsilon) {
                        return std::max(removeDelta(noise, rate, epsilon), addDelta(noise, rate, epsilon));
                    };
                    const double exact = epsilonWhere(delta, both);
                    const LossDistribution losses(poissonPlan(rate, noise, 1));
                    const double found = losses.epsilonAt(delta);
                    const std::string where =
                        "noise " + std::to_string(noise) + " rate " + std::to_string(rate);
                    CHECK_NEAR(where, found, exact, 1e-3, 1e-12);
                    QVERIFY2(
                        found >= exact * (1 - 1e-6) - 1e-15, difference(where, found, exact).constData());
                    if (exact > 1e-12)
                        CHECK_NEAR(where, losses.deltaAt(exact), delta, 0.01);
                }
    }

    void twoRoundsByQuadrature()
    {
        const double noises[][2] = {{0.8, 0.8}, {2, 1}, {0.5, 4}};
        for (const auto& [first, second] : noises)
            for (const double rate : {0.01, 0.3}) {
                const LossDistribution losses(levels(rate, {{first, 1}, {second, 1}}));
                for (const double delta : {1e-8, 1e-5}) {
                    const double exact = epsilonWhere(delta,
                        [&](double epsilon) { return removeDeltaOfTwo(first, second, rate, epsilon); });
                    const double found = losses.epsilonAt(delta);
                    CHECK_NEAR("rate " + std::to_string(rate), found, exact, 5e-4);
                    QVERIFY(found >= exact * (1 - 1e-6));
                }
            }
    }

    /// At a rate close to 1 the mechanism is the Gaussian one; with another release beside it, the sum of
    /// both.
    void towardsTheGaussian()
    {
        for (const double noise : {1.0, 8.0, 100.0})
            for (const double rounds : {1.0, 30.0, 2000.0}) {
                TrainingPlan plan = poissonPlan(1 - 1e-9, noise, rounds);
                for (const double other : {0.0, 0.5}) {
                    plan.otherMuSquared = other;
                    const double muSquared = rounds / (noise * noise) + other;
                    for (const double delta : {1e-10, 1e-5}) {
                        const double exact = gaussianExactEpsilon(muSquared, delta);
                        const double found = LossDistribution(plan).epsilonAt(delta);
                        CHECK_NEAR("noise " + std::to_string(noise), found, exact, 1e-3);
                        QVERIFY(found >= exact * (1 - 1e-6));
                    }
                }
            }
    }

    void withoutAmplificationItIsExact()
    {
        const TrainingPlan plan = localPlan(0.01, 1000, 0.99);
        CHECK_NEAR("local", LossDistribution(plan).epsilonAt(1e-5),
            gaussianExactEpsilon(muSquaredOf(plan), 1e-5), 1e-14);
        CHECK_NEAR("local", LossDistribution(localPlan(20, 9)).deltaAt(0.7), gaussianDelta(0.09, 0.7), 1e-14);
    }

    void ends()
    {
        QCOMPARE(LossDistribution(poissonPlan(0, 1, 10)).epsilonAt(1e-5), 0.0);
        QCOMPARE(LossDistribution(poissonPlan(0.1, 1, 0)).epsilonAt(1e-5), 0.0);
        QVERIFY(std::isinf(LossDistribution(poissonPlan(0.1, 0, 1)).epsilonAt(1e-5)));
        QCOMPARE(LossDistribution(poissonPlan(0.1, 0, 1)).deltaAt(3), 1.0);
        // Less than delta in total.
        QCOMPARE(LossDistribution(poissonPlan(1e-6, 1, 1)).epsilonAt(1e-5), 0.0);
        QVERIFY_EXCEPTION_THROWN(LossDistribution(fixedPlan(0.1, 1, 1)), Error);
    }

    /// One level many times, and as many levels that hardly differ, are nearly one.
    void levelsJoin()
    {
        std::vector<NoiseLevel> many;
        for (int t = 0; t < 300; ++t)
            many.push_back({1.5 * (1 + 1e-9 * t), 1});
        const double joined = LossDistribution(poissonPlan(0.02, 1.5, 300)).epsilonAt(1e-6);
        CHECK_NEAR("joined", LossDistribution(levels(0.02, many)).epsilonAt(1e-6), joined, 1e-4);
    }

    /// Where there are too many levels to compose one by one, they are grouped: here by splitting each in two
    /// that hardly differ.
    void grouping()
    {
        for (const double sigma0 : {1.5, 8.0})
            for (const double decay : {0.999, 0.99}) {
                const TrainingPlan plan = poissonPlan(0.01, sigma0, 250, decay);
                std::vector<NoiseLevel> split;
                for (const NoiseLevel& level : plan.rounds) {
                    split.push_back({level.sigma, 2});
                    split.push_back({level.sigma * (1 - 1e-9), 2});
                }
                std::vector<NoiseLevel> whole = plan.rounds;
                for (NoiseLevel& level : whole)
                    level.rounds = 4;
                CHECK_NEAR("grouped", LossDistribution(levels(0.01, split)).epsilonAt(1e-5),
                    LossDistribution(levels(0.01, whole)).epsilonAt(1e-5), 1e-4);
            }
    }

    void shape()
    {
        for (const double rate : {0.003, 0.2}) {
            double previous = std::numeric_limits<double>::infinity();
            for (double noise = 0.4; noise < 30; noise *= 1.9) {
                const TrainingPlan plan = poissonPlan(rate, noise, 100);
                const LossDistribution losses(plan);
                const double epsilon = losses.epsilonAt(1e-5);
                QVERIFY(epsilon > 0 && epsilon < previous); // falls with the noise
                QVERIFY(epsilon <= composedEpsilon(plan, 1e-5, renyiOrders()).epsilon);
                QVERIFY(epsilon <= gaussianExactEpsilon(100 / (noise * noise), 1e-5));
                QVERIFY(losses.epsilonAt(1e-9) > epsilon);
                QVERIFY(losses.deltaAt(2 * epsilon) < losses.deltaAt(epsilon));
                CHECK_NEAR("there and back", losses.deltaAt(epsilon), 1e-5, 0.02);
                QVERIFY(LossDistribution(poissonPlan(rate, noise, 300)).epsilonAt(1e-5) > epsilon);
                QVERIFY(LossDistribution(poissonPlan(1.5 * rate, noise, 100)).epsilonAt(1e-5) > epsilon);
                previous = epsilon;
            }
        }
    }

    /// From hardly any noise to hardly any signal: a number not above the Renyi bound.
    void extremes()
    {
        for (const double noise : {0.01, 1.0, 1e4})
            for (const double rate : {1e-6, 0.01, 0.999})
                for (const double rounds : {1.0, 1000.0})
                    for (const double delta : {1e-12, 1e-5}) {
                        const TrainingPlan plan = poissonPlan(rate, noise, rounds);
                        const double found = LossDistribution(plan).epsilonAt(delta);
                        const std::string where =
                            "noise " + std::to_string(noise) + " rate " + std::to_string(rate);
                        QVERIFY2(std::isfinite(found) && found >= 0, where.c_str());
                        QVERIFY2(found <= composedEpsilon(plan, delta, renyiOrders()).epsilon, where.c_str());
                        const double single = removeDelta(noise, rate, 0);
                        QVERIFY2(found > 0 || single * rounds <= 1.01 * delta || rounds > 1, where.c_str());
                    }
        const double million = LossDistribution(poissonPlan(0.01, 10, 1e6)).epsilonAt(1e-5);
        QVERIFY(million > 4 && million < 4.75);
    }

    void againstGolden()
    {
        NEEDS_GOLDEN();
        int checked = 0;
        for (const json& row : golden()["groups"]["poisson_compose"]) {
            if (!row.contains("eps_pld"))
                continue;
            const LossDistribution losses(poissonPlan(row["q"], row["z"], row["steps"]));
            const double found = losses.epsilonAt(row["delta"]);
            const double expected = row["eps_pld"];
            CHECK_NEAR(row["id"], found, expected, 0, std::max(2e-3, 2e-3 * expected));
            // Not every row has one.
            if (const json lower = row.value("eps_prv_lower", json()); lower.is_number())
                QVERIFY2(found >= lower.get<double>(), row["id"].get<std::string>().c_str());
            if (row.contains("delta_at_eps1_pld"))
                CHECK_NEAR(row["id"], losses.deltaAt(1), row["delta_at_eps1_pld"], 0.01, 1e-9);
            ++checked;
        }
        QVERIFY(checked >= 200);
        for (const json& row : golden()["groups"]["schedule_pld"]) {
            const TrainingPlan plan = poissonPlan(row["q"], row["z0"], row["steps"], row["R"]);
            const double expected = row["eps_pld"];
            CHECK_NEAR(row["id"], LossDistribution(plan).epsilonAt(row["delta"]), expected, 0,
                std::max(3e-3, 3e-3 * expected));
        }
    }
};

std::unique_ptr<QObject> tst_loss_distribution()
{
    return std::make_unique<TestLossDistribution>();
}
#include "tst_loss_distribution.moc"
