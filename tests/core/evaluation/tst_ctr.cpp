// SPDX-License-Identifier: GPL-3.0-or-later
// The numbers by hand: pairs of a one and a zero that stand in order, ties half; means of -ln p or -ln(1 -
// p).
#include "core/base/random.h"
#include "core/evaluation/ctr.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>

using namespace fedcctr;
using namespace fedcctr::evaluation;

namespace {

bool isNear(double found, double expected)
{
    return std::abs(found - expected) < 1e-9;
}

float logit(double p)
{
    return static_cast<float>(std::log(p / (1 - p)));
}

/// Users with one sample each, of labels that follow the predicted probability.
std::vector<CtrSample> calibrated(std::size_t count)
{
    Random random(7, {1});
    std::vector<CtrSample> samples;
    for (std::size_t i = 0; i < count; ++i) {
        const double p = 0.05 + 0.9 * random.uniform();
        samples.push_back({static_cast<std::int32_t>(i), random.uniform() < p, logit(p)});
    }
    return samples;
}

} // namespace

class TestCtr : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fourSamplesByHand()
    {
        // Pairs: (0, -1) and (2, -1) in order, (2, 2) a tie, (0, 2) not: 2.5 of 4.
        const CtrMetrics metrics =
            ctrMetrics(std::vector<CtrSample>{{0, true, 0}, {0, false, -1}, {1, true, 2}, {1, false, 2}}, 0);
        QVERIFY(isNear(metrics.auc->value, 2.5 / 4));
        // User 0 has 1, user 1 a tie.
        QVERIFY(isNear(metrics.gauc->value, 0.75));
        const double loss =
            (std::log(2) + std::log1p(std::exp(-1)) + std::log1p(std::exp(-2)) + std::log1p(std::exp(2))) / 4;
        QVERIFY(isNear(metrics.logLoss.value, loss));
        const auto p = [](double x) { return 1 / (1 + std::exp(-x)); };
        QVERIFY(isNear(metrics.calibration.value, (p(0) + p(-1) + 2 * p(2)) / 2));
        QCOMPARE(metrics.samples, std::size_t{4});
        QCOMPARE(metrics.positives, std::size_t{2});
        QVERIFY(!metrics.auc->interval);
        QCOMPARE(metrics.reliability.size(), std::size_t{3});
        QCOMPARE(metrics.reliability.back().samples, std::size_t{2});
        QVERIFY(isNear(metrics.reliability.back().expected, p(2)));
        QVERIFY(isNear(metrics.reliability.back().observed, 0.5));
    }

    void weightedWithinUsers()
    {
        // A user of three samples counts three times, one of a single label not at all.
        const CtrMetrics metrics = ctrMetrics(std::vector<CtrSample>{{0, true, 1}, {0, false, 0},
                                                  {0, false, 2}, {1, true, 1}, {1, false, 0}, {2, true, -5}},
            0);
        QVERIFY(isNear(metrics.gauc->value, (3 * 0.5 + 2 * 1.0) / 5));
    }

    void oneLabelHasNoAuc()
    {
        const CtrMetrics metrics = ctrMetrics(std::vector<CtrSample>{{0, true, 1}, {1, true, 0}}, 100);
        QVERIFY(!metrics.auc);
        QVERIFY(!metrics.gauc);
        QVERIFY(metrics.logLoss.interval);
        nlohmann::json json;
        addTo(json, metrics);
        QVERIFY(!json.contains("ctr_auc"));
        QVERIFY(json.contains("ctr_logloss_ci95"));
        addTo(json = nlohmann::json::object(), ctrMetrics({}, 100));
        QVERIFY(json.empty());
    }

    void orderAndMonotoneScoresDoNotMatterToAuc()
    {
        const std::vector<CtrSample> samples = calibrated(500);
        std::vector<CtrSample> scaled(samples.rbegin(), samples.rend());
        for (CtrSample& sample : scaled)
            sample.logit = 3 * sample.logit + 1;
        QVERIFY(isNear(ctrMetrics(samples, 0).auc->value, ctrMetrics(scaled, 0).auc->value));
    }

    void whatHappensAsOftenAsPredictedIsCalibrated()
    {
        const CtrMetrics metrics = ctrMetrics(calibrated(4000), 400);
        QVERIFY(metrics.calibration.interval->low < 1 && metrics.calibration.interval->high > 1);
        QCOMPARE(metrics.reliability.size(), std::size_t{10});
        for (const ReliabilityBin& bin : metrics.reliability) {
            const double n = static_cast<double>(bin.samples);
            const double error = std::sqrt(bin.expected * (1 - bin.expected) / n);
            QVERIFY(std::abs(bin.expected - bin.observed) < 4 * error);
        }
    }

    /// Each user twice: half the variance is not there, and users, not samples, must be drawn.
    void intervalsAreOverUsers()
    {
        std::vector<CtrSample> doubled;
        const std::vector<CtrSample> samples = calibrated(400);
        for (const CtrSample& sample : samples) {
            doubled.push_back(sample);
            doubled.push_back(sample);
        }
        const auto width = [](const CtrMetrics& metrics) {
            return metrics.auc->interval->high - metrics.auc->interval->low;
        };
        const double once = width(ctrMetrics(samples, 1000));
        QVERIFY(isNear(width(ctrMetrics(doubled, 1000)), once));
        // Hanley and McNeil's standard error at this AUC, near enough.
        const CtrMetrics metrics = ctrMetrics(samples, 1000);
        const double a = metrics.auc->value;
        const auto n1 = static_cast<double>(metrics.positives);
        const double n0 = 400 - n1;
        const double q1 = a / (2 - a);
        const double q2 = 2 * a * a / (1 + a);
        const double error =
            std::sqrt((a * (1 - a) + (n1 - 1) * (q1 - a * a) + (n0 - 1) * (q2 - a * a)) / (n1 * n0));
        QVERIFY(std::abs(once / (2 * 1.96 * error) - 1) < 0.2);
    }

    void notANumber()
    {
        const float nan = std::numeric_limits<float>::quiet_NaN();
        const CtrMetrics metrics = ctrMetrics(std::vector<CtrSample>{{0, true, nan}, {0, false, 1e30F}}, 10);
        QVERIFY(std::isfinite(metrics.logLoss.value));
        QVERIFY(isNear(metrics.auc->value, 0));
    }
};

std::unique_ptr<QObject> tst_ctr()
{
    return std::make_unique<TestCtr>();
}
#include "tst_ctr.moc"
