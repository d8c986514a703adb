// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/federation/forecast.h"
#include "core/privacy/accountant.h"

#include <QTest>

#include <cmath>
#include <memory>

using namespace fedcctr;
using namespace fedcctr::federation;
using namespace fedcctr::privacy;

namespace {

FederationOptions federationOf(Sampling sampling, double rate, int rounds)
{
    FederationOptions options;
    options.sampling = sampling;
    options.rate = rate;
    options.rounds = rounds;
    return options;
}

/// Static noise of sigma 10 under exact composition, each client charged for what it sends.
PrivacyOptions exact(double uploadsPaidFor)
{
    PrivacyOptions options;
    options.schedule = Schedule::Static;
    options.adversary = Adversary::Aggregate;
    options.accountant = "gaussian";
    options.noiseMultiplier = 10;
    options.epsilon = gaussianExactEpsilon((uploadsPaidFor + 0.5) * 0.04, options.delta);
    return options;
}

} // namespace

class TestForecast : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Three groups in turn, five uploads paid for: the first group comes for the sixth time in round 16, the
    /// last in round 18, and 17 rounds are done.
    void cyclicByHand()
    {
        const FederationOptions options = federationOf(Sampling::Cyclic, 1.0 / 3, 100);
        const PrivacyOptions privacy = exact(5);
        ForecastRequest request{options, privacy};
        request.coordinates = 4;
        request.points = 100;
        const auto found = forecast(request, 9);
        QVERIFY(found);
        QCOMPARE(found->firstStop, 16);
        QCOMPARE(found->lastStop, 18);
        QCOMPARE(found->rounds, 17);
        // Three uploads against 10 sqrt(4); fifteen such rounds, and two in which nobody may send.
        QVERIFY(std::abs(found->signal.first - 3.0 / 20) < 1e-12);
        QVERIFY(std::abs(found->signal.last - 3.0 / 20) < 1e-12);
        QVERIFY(std::abs(found->signal.whole - std::sqrt(15.0) * 3 / 20) < 1e-12);
        QCOMPARE(found->spent.size(), std::size_t{17});
        for (const SpentPoint& point : found->spent) {
            const double uploads = std::min(5.0, std::ceil(point.round / 3));
            QVERIFY(std::abs(point.epsilon - gaussianExactEpsilon(uploads * 0.04, 1e-5)) < 1e-9);
        }
    }

    void budgetsThatLast()
    {
        const FederationOptions options = federationOf(Sampling::Fixed, 0.5, 20);
        const PrivacyOptions privacy = exact(1000);
        const auto found = forecast({options, privacy, 1}, 10);
        QCOMPARE(found->firstStop, 0);
        QCOMPARE(found->lastStop, 0);
        QCOMPARE(found->rounds, 20);
        QVERIFY(std::abs(found->signal.whole - std::sqrt(20.0) * 5 / 10) < 1e-12);
    }

    /// Drop-outs leave less noise: what is charged for the rounds rises by 1/share^2 on average.
    void dropoutsCost()
    {
        const FederationOptions options = federationOf(Sampling::Fixed, 1, 10);
        PrivacyOptions privacy = exact(1e6);
        ForecastRequest request{options, privacy, 1};
        request.points = 10;
        const double whole = forecast(request, 400)->spent.back().epsilon;
        privacy.dropout = 0.5;
        const double left = forecast(request, 400)->spent.back().epsilon;
        QVERIFY(std::abs(whole - gaussianExactEpsilon(10 * 0.04, 1e-5)) < 1e-9);
        // The client that stayed most often was there in 8 to 10 of 10 rounds, at about half the variance.
        QVERIFY(left > gaussianExactEpsilon(7 * 0.04 * 1.8, 1e-5));
        QVERIFY(left < gaussianExactEpsilon(10 * 0.04 * 2.4, 1e-5));
    }

    /// One client with one late upload is seen, though all others sent before.
    void theGreatestSpendIsFollowed()
    {
        const FederationOptions options = federationOf(Sampling::Cyclic, 0.1, 10);
        PrivacyOptions privacy = exact(1);
        privacy.schedule = Schedule::AdaLdp;
        privacy.decayRate = 0.9;
        privacy.accountant = "eq27";
        privacy.noiseMultiplier = 1;
        privacy.epsilon = 1e6;
        ForecastRequest request{options, privacy, 1};
        request.points = 10;
        const auto found = forecast(request, 10);
        for (const SpentPoint& point : found->spent) {
            const double sigma = std::pow(0.9, point.round - 1);
            QVERIFY(std::abs(point.epsilon / paperEq27Cost(1, sigma, 0.1, 2) - 1) < 1e-9);
        }
    }

    void noneWithoutNoiseOrWhenStopped()
    {
        const FederationOptions options = federationOf(Sampling::Poisson, 0.1, 10);
        PrivacyOptions privacy = exact(3);
        std::stop_source stop;
        stop.request_stop();
        ForecastRequest request{options, privacy, 1};
        request.stop = stop.get_token();
        QVERIFY(!forecast(request, 10));
        privacy.schedule = Schedule::None;
        QVERIFY(!forecast({options, privacy, 1}, 10));
    }
};

std::unique_ptr<QObject> tst_forecast()
{
    return std::make_unique<TestForecast>();
}
#include "tst_forecast.moc"
