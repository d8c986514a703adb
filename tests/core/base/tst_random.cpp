// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <set>
#include <vector>

using fedcctr::derivedSeed;
using fedcctr::Random;

namespace {

/// Statistic with bins - 1 degrees of freedom for counts that should be equal.
double chiSquare(const std::vector<double>& counts)
{
    const double expected =
        std::accumulate(counts.begin(), counts.end(), 0.0) / static_cast<double>(counts.size());
    double sum = 0;
    for (const double count : counts)
        sum += (count - expected) * (count - expected) / expected;
    return sum;
}

/// Five standard deviations around the mean of a chi-square distribution.
bool isPlausible(double statistic, std::size_t bins)
{
    const double freedom = static_cast<double>(bins) - 1;
    return std::abs(statistic - freedom) < 5 * std::sqrt(2 * freedom) + 5;
}

} // namespace

class TestRandom : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void belowIsUniform_data()
    {
        QTest::addColumn<int>("bound");
        for (const int bound : {2, 3, 7, 10, 100, 1000})
            QTest::addRow("%d", bound) << bound;
    }

    void belowIsUniform()
    {
        QFETCH(int, bound);
        Random random(1);
        std::vector<double> counts(static_cast<std::size_t>(bound));
        for (int i = 0; i < 200 * bound; ++i)
            counts[random.below(static_cast<std::uint64_t>(bound))] += 1;
        QVERIFY2(
            isPlausible(chiSquare(counts), counts.size()), qPrintable(QString::number(chiSquare(counts))));
    }

    /// With three quarters of 2^64 as the bound, a modulo or an unrejected product would favour a third of
    /// the values.
    void belowIsUnbiasedForHugeBounds()
    {
        constexpr std::uint64_t kBound = 0xC000000000000000U;
        Random random(2);
        std::vector<double> thirds(3);
        for (int i = 0; i < 30'000; ++i) {
            const std::uint64_t value = random.below(kBound);
            QVERIFY(value < kBound);
            thirds[value / (kBound / 3)] += 1;
        }
        QVERIFY(isPlausible(chiSquare(thirds), thirds.size()));
    }

    void belowOneIsZero()
    {
        Random random(3);
        for (int i = 0; i < 100; ++i)
            QCOMPARE(random.below(1), std::uint64_t{0});
    }

    void uniformMoments()
    {
        constexpr int kDraws = 100'000;
        Random random(4);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < kDraws; ++i) {
            const double value = random.uniform();
            QVERIFY(value >= 0 && value < 1);
            sum += value;
            squares += value * value;
        }
        QVERIFY(std::abs(sum / kDraws - 0.5) < 5 * std::sqrt(1.0 / 12 / kDraws));
        QVERIFY(std::abs(squares / kDraws - 1.0 / 3) < 5 * std::sqrt(4.0 / 45 / kDraws));
    }

    void normalMoments()
    {
        constexpr int kDraws = 200'000;
        Random random(5);
        std::vector<double> moments(5);
        int beyondTwo = 0;
        for (int i = 0; i < kDraws; ++i) {
            const double value = random.normal();
            for (std::size_t power = 1; power < moments.size(); ++power)
                moments[power] += std::pow(value, static_cast<double>(power)) / kDraws;
            beyondTwo += std::abs(value) > 2 ? 1 : 0;
        }
        // Five standard errors: the variances of x, x^2, x^3, x^4 are 1, 2, 15, 96.
        const auto near = [&](double found, double expected, double variance) {
            return std::abs(found - expected) < 5 * std::sqrt(variance / kDraws);
        };
        QVERIFY(near(moments[1], 0, 1));
        QVERIFY(near(moments[2], 1, 2));
        QVERIFY(near(moments[3], 0, 15));
        QVERIFY(near(moments[4], 3, 96));
        constexpr double kBeyondTwo = 0.0455003;
        QVERIFY(near(static_cast<double>(beyondTwo) / kDraws, kBeyondTwo, kBeyondTwo * (1 - kBeyondTwo)));
    }

    void seedAndStreamDecideTheNumbers()
    {
        const auto numbers = [](Random random) {
            std::vector<std::uint64_t> list(8);
            std::ranges::generate(list, [&] { return random(); });
            return list;
        };
        QCOMPARE(numbers(Random(1, {2, 3})), numbers(Random(1, {2, 3})));
        std::set<std::vector<std::uint64_t>> distinct;
        for (std::uint64_t seed = 0; seed < 4; ++seed) {
            distinct.insert(numbers(Random(seed)));
            for (std::uint64_t part = 0; part < 4; ++part) {
                distinct.insert(numbers(Random(seed, {part})));
                for (std::uint64_t second = 0; second < 4; ++second)
                    distinct.insert(numbers(Random(seed, {part, second})));
            }
        }
        QCOMPARE(distinct.size(), std::size_t{4 * (1 + 4 + 16)});
        QVERIFY(derivedSeed(1, {2}) != derivedSeed(2, {1}));
        QVERIFY(derivedSeed(1, {2}) != derivedSeed(1, {2, 0}));
    }

    /// Streams that differ in one step of a counter, as rounds and users do, must not resemble each other.
    void neighbouringStreamsAreUncorrelated()
    {
        constexpr int kDraws = 50'000;
        double correlation = 0;
        std::vector<double> firstOfEach(64);
        for (int i = 0; i < kDraws; ++i) {
            Random x(7, {1, static_cast<std::uint64_t>(i)});
            Random y(7, {1, static_cast<std::uint64_t>(i) + 1});
            const double u = x.uniform();
            correlation += 12 * (u - 0.5) * (y.uniform() - 0.5) / kDraws;
            firstOfEach[static_cast<std::size_t>(u * 64)] += 1;
        }
        QVERIFY(std::abs(correlation) < 5 / std::sqrt(static_cast<double>(kDraws)));
        QVERIFY(isPlausible(chiSquare(firstOfEach), firstOfEach.size()));
    }

    void shuffleIsUniform()
    {
        Random random(8);
        std::vector<double> counts(24);
        for (int i = 0; i < 24'000; ++i) {
            std::vector<int> cards{0, 1, 2, 3};
            random.shuffle(std::span(cards));
            std::vector<int> order{0, 1, 2, 3};
            std::size_t number = 0;
            while (order != cards) {
                std::ranges::next_permutation(order);
                ++number;
            }
            counts[number] += 1;
        }
        QVERIFY(isPlausible(chiSquare(counts), counts.size()));
    }
};

std::unique_ptr<QObject> tst_random()
{
    return std::make_unique<TestRandom>();
}
#include "tst_random.moc"
