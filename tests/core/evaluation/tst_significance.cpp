// SPDX-License-Identifier: GPL-3.0-or-later
// The expected numbers are scipy 1.17's: stats.t, permutation_test(permutation_type="samples") and
// bootstrap(method="percentile").
#include "core/evaluation/significance.h"
#include "tests/fixtures/support.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <memory>

using namespace fedcctr;
using namespace fedcctr::evaluation;

namespace {

const std::vector<double> kTwelve{0.5, -0.25, 0.5, 1.0, 0.0, 0.75, -0.5, 1.25, 0.25, 0.5, 2.0, -1.0};

std::vector<double> sixty()
{
    std::vector<double> values;
    for (int i = 0; i < 60; ++i)
        values.push_back((i * 37 % 101 - 45) / 50.0);
    return values;
}

bool isNear(double found, double expected, double tolerance)
{
    return std::abs(found - expected) <= tolerance;
}

} // namespace

class TestSignificance : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void studentsDistribution()
    {
        QVERIFY(isNear(studentQuantile(0.975, 1), 12.706204736174694, 1e-9));
        QVERIFY(isNear(studentQuantile(0.975, 2), 4.302652729749462, 1e-10));
        QVERIFY(isNear(studentQuantile(0.975, 4), 2.7764451051977934, 1e-10));
        QVERIFY(isNear(studentQuantile(0.975, 9), 2.262157162798205, 1e-10));
        QVERIFY(isNear(studentQuantile(0.95, 30), 1.697260886593957, 1e-10));
        QVERIFY(isNear(studentQuantile(0.999, 3), 10.214531852407383, 1e-9));
        QVERIFY(isNear(studentQuantile(0.975, 1000), 1.9623390808264083, 1e-10));
        QVERIFY(isNear(studentQuantile(0.025, 4), -2.7764451051977934, 1e-10));
        QCOMPARE(studentQuantile(0.5, 7), 0.0);
        QVERIFY(isNear(studentCdf(2, 5), 0.9490302605850708, 1e-12));
        QVERIFY(isNear(studentCdf(-1.3, 2.5), 0.15024339463535416, 1e-12));
        QVERIFY(isNear(studentCdf(0.1, 100), 0.5397277344520743, 1e-12));
    }

    void intervalsOverSeeds()
    {
        const MeanInterval five = meanInterval(std::vector{0.231, 0.242, 0.226, 0.239, 0.235});
        QCOMPARE(five.count, std::size_t(5));
        QVERIFY(isNear(five.mean, 0.2346, 1e-12));
        QVERIFY(isNear(five.low(), 0.22671763371678627, 1e-12));
        QVERIFY(isNear(five.high(), 0.24248236628321373, 1e-12));
        const double nan = std::numeric_limits<double>::quiet_NaN();
        QCOMPARE(meanInterval(std::vector{nan, 0.5, nan}).mean, 0.5);
        QVERIFY(std::isnan(meanInterval(std::vector{nan, 0.5}).half));
        QVERIFY(std::isnan(meanInterval({}).mean));
    }

    void signFlips()
    {
        // Of twelve differences every pattern is counted: exact.
        QVERIFY(isNear(signFlipTest(kTwelve), 0.12109375, 1e-12));
        // Of sixty, samples: within four standard deviations of a million of scipy's.
        QVERIFY(isNear(signFlipTest(sixty(), 3, 99'999), 0.237924, 4 * std::sqrt(0.24 * 0.76 / 1e5)));
        QCOMPARE(signFlipTest(sixty(), 5), signFlipTest(sixty(), 5));
        std::vector<double> clear(100, 0.1);
        QCOMPARE(signFlipTest(clear), 1e-4);
        QCOMPARE(signFlipTest(std::vector<double>(100, 0.0)), 1.0);
    }

    void falseAlarmsAreAsRareAsPromised()
    {
        // 400 experiments without an effect: at the 5 % level 20 are expected, 4 standard deviations
        // are 17.4.
        std::uint64_t state = 1;
        int alarms = 0;
        for (std::uint64_t experiment = 0; experiment < 400; ++experiment) {
            std::vector<double> differences;
            for (int i = 0; i < 40; ++i) {
                state = state * 6364136223846793005U + 1442695040888963407U;
                differences.push_back(static_cast<double>(state >> 11) * 0x1p-53 - 0.5);
            }
            alarms += signFlipTest(differences, experiment, 399) <= 0.05 ? 1 : 0;
        }
        QVERIFY2(alarms >= 3 && alarms <= 37, std::to_string(alarms).c_str());
    }

    void holmCorrects()
    {
        // By hand: sorted 0.01 0.02 0.03 0.04 times 4 3 2 1, never falling.
        const std::vector<double> corrected = holm(std::vector{0.04, 0.01, 0.03, 0.02});
        const std::vector<double> expected{0.06, 0.04, 0.06, 0.06};
        for (std::size_t i = 0; i < 4; ++i)
            QVERIFY(isNear(corrected[i], expected[i], 1e-15));
        QCOMPARE(holm(std::vector{0.9, 0.8}), (std::vector{1.0, 1.0}));
        QVERIFY(holm({}).empty());
    }

    void pairsAreCompared()
    {
        std::vector<double> first(60, 0.25);
        std::vector<double> second = sixty();
        for (std::size_t i = 0; i < second.size(); ++i)
            second[i] += first[i];
        const PairedComparison found = comparePaired(first, second);
        QCOMPARE(found.pairs, std::size_t(60));
        QVERIFY(isNear(found.difference, 5.42 / 60, 1e-12));
        // scipy, 200,000 resamples: -0.0577 to 0.2377; the ends of 2,000 scatter by some 0.007.
        QVERIFY(isNear(found.low, -0.0577, 0.02));
        QVERIFY(isNear(found.high, 0.2377, 0.02));
        QVERIFY(isNear(found.pValue, 0.2379, 0.02));
        const PairedComparison same = comparePaired(first, first);
        QCOMPARE(same.difference, 0.0);
        QCOMPARE(same.pValue, 1.0);
        second.pop_back();
        QVERIFY(test::errorOf([&] { comparePaired(first, second); }).contains("59"));
        QVERIFY(std::isnan(comparePaired({}, {}).difference));
    }
};

std::unique_ptr<QObject> tst_significance()
{
    return std::make_unique<TestSignificance>();
}
#include "tst_significance.moc"
