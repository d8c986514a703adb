// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/federation/sampler.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <set>

using namespace fedcctr::federation;

namespace {

constexpr std::size_t kClients = 500;

FederationOptions options(Sampling sampling, double rate, Mode mode = Mode::Federated)
{
    FederationOptions result;
    result.sampling = sampling;
    result.rate = rate;
    result.mode = mode;
    return result;
}

bool isRisingAndInRange(const std::vector<std::int32_t>& clients)
{
    return std::ranges::adjacent_find(clients, std::greater_equal<>{}) == clients.end()
        && (clients.empty()
            || (clients.front() >= 0 && clients.back() < static_cast<std::int32_t>(kClients)));
}

} // namespace

class TestSampler : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Each client by its own coin: the size of a cohort is binomial, and so is a client's number of rounds.
    /// 2000 rounds of 500 coins at 0.03; means and variances within five deviations.
    void poissonRate()
    {
        const FederationOptions federation = options(Sampling::Poisson, 0.03);
        constexpr int kRounds = 2000;
        std::vector<double> rounds(kClients, 0);
        double sum = 0;
        double squares = 0;
        for (int t = 0; t < kRounds; ++t) {
            const std::vector<std::int32_t> clients = sampleClients(federation, kClients, 7, t);
            QVERIFY(isRisingAndInRange(clients));
            const auto size = static_cast<double>(clients.size());
            sum += size;
            squares += size * size;
            for (const std::int32_t client : clients)
                rounds[static_cast<std::size_t>(client)] += 1;
        }
        const double variance = 500 * 0.03 * 0.97;
        QVERIFY(std::abs(sum / kRounds - 15) < 5 * std::sqrt(variance / kRounds));
        const double found = squares / kRounds - (sum / kRounds) * (sum / kRounds);
        QVERIFY(std::abs(found / variance - 1) < 5 * std::sqrt(2.0 / kRounds));
        const double deviation = std::sqrt(kRounds * 0.03 * 0.97);
        for (const double count : rounds)
            QVERIFY(std::abs(count - kRounds * 0.03) < 5.5 * deviation);
    }

    void poissonMayTakeNobodyOrEverybody()
    {
        bool nobody = false;
        for (int t = 0; t < 50; ++t)
            nobody = nobody || sampleClients(options(Sampling::Poisson, 0.001), kClients, 1, t).empty();
        QVERIFY(nobody);
        QCOMPARE(sampleClients(options(Sampling::Poisson, 1), kClients, 1, 0).size(), kClients);
    }

    void fixedSize()
    {
        std::vector<double> rounds(kClients, 0);
        for (int t = 0; t < 1000; ++t) {
            const std::vector<std::int32_t> clients =
                sampleClients(options(Sampling::Fixed, 0.05), kClients, 3, t);
            QCOMPARE(clients.size(), std::size_t{25});
            QVERIFY(isRisingAndInRange(clients));
            for (const std::int32_t client : clients)
                rounds[static_cast<std::size_t>(client)] += 1;
        }
        for (const double count : rounds) // binomial: mean 50, deviation 6.9
            QVERIFY(std::abs(count - 50) < 5.5 * 6.9);
        QCOMPARE(sampleClients(options(Sampling::Fixed, 1), kClients, 3, 0).size(), kClients);
        QCOMPARE(sampleClients(options(Sampling::Fixed, 1e-5), kClients, 3, 0).size(), std::size_t{1});
    }

    void cohortSizes()
    {
        QCOMPARE(cohortSize(options(Sampling::Fixed, 0.01), 2238), std::size_t{22});
        QCOMPARE(cohortSize(options(Sampling::Fixed, 0.0101), 2678), std::size_t{27});
        QCOMPARE(cohortSize(options(Sampling::Fixed, 0.001), 10), std::size_t{1});
        QCOMPARE(cohortSize(options(Sampling::Fixed, 1), 10), std::size_t{10});
    }

    /// What is drawn is what ledgers are told and sums are divided by: every sampler, rates that are no whole
    /// number of clients among them.
    void whatIsDrawnIsWhatIsSaid()
    {
        for (const Sampling sampling : {Sampling::Fixed, Sampling::Cyclic})
            for (const double rate : {1e-5, 0.0375, 0.07, 0.3, 0.4999, 0.7, 1.0})
                for (const std::size_t clients : {std::size_t{1}, std::size_t{7}, std::size_t{40}}) {
                    const FederationOptions federation = options(sampling, rate);
                    double most = 0;
                    for (int t = 0; t < 2 * federation.cyclePeriod() && t < 100; ++t) {
                        const auto drawn =
                            static_cast<double>(sampleClients(federation, clients, 3, t).size());
                        QCOMPARE(drawn, expectedClients(federation, clients, t));
                        most = std::max(most, drawn);
                    }
                    QCOMPARE(ledgerSampling(federation, clients).rate, most / static_cast<double>(clients));
                }
        QCOMPARE(ledgerSampling(options(Sampling::Fixed, 1e-5), 40).rate, 1.0 / 40);
        QCOMPARE(ledgerSampling(options(Sampling::Fixed, 0.0375), 40).rate, 2.0 / 40);
        // 40 in seven groups: five of six, two of five.
        QCOMPARE(ledgerSampling(options(Sampling::Cyclic, 1.0 / 7), 40).rate, 6.0 / 40);
        QCOMPARE(ledgerSampling(options(Sampling::Poisson, 0.0375), 40).rate, 0.0375);
        QCOMPARE(expectedClients(options(Sampling::Poisson, 0.0375), 40, 0), 1.5);
    }

    void averageRounds()
    {
        FederationOptions federation = options(Sampling::Fixed, 0.0375);
        federation.rounds = 100;
        QCOMPARE(averageParticipation(federation, 40), (std::vector<int>{10, 30, 50, 70, 90}));
        federation.rounds = 3;
        QCOMPARE(averageParticipation(federation, 40), (std::vector<int>{1}));
        // A group's turns are a whole period apart, whatever the number of clients.
        FederationOptions cyclic = options(Sampling::Cyclic, 1.0 / 16);
        cyclic.rounds = 50;
        QCOMPARE(averageParticipation(cyclic, 40), (std::vector<int>{1, 17, 33, 49}));
        QCOMPARE(averageParticipation(cyclic, 40, true), (std::vector<int>{0, 16, 32, 48}));
        QCOMPARE(expectedUploads(cyclic, 40, 160), 10.0);
        QCOMPARE(expectedUploads(federation, 40, 160), 8.0);
    }

    void pureFunctionOfSeedAndRound()
    {
        for (const Sampling sampling : {Sampling::Poisson, Sampling::Fixed}) {
            const FederationOptions federation = options(sampling, 0.1);
            const auto first = sampleClients(federation, kClients, 7, 12);
            QCOMPARE(sampleClients(federation, kClients, 7, 12), first);
            QVERIFY(sampleClients(federation, kClients, 7, 13) != first);
            QVERIFY(sampleClients(federation, kClients, 8, 12) != first);
        }
    }

    /// Central training with fixed batches: every user once in an epoch, in another order in the next.
    void centralEpochs()
    {
        const FederationOptions central =
            options(Sampling::Fixed, 0.03, Mode::Central); // 15 of 500: 34 batches
        std::vector<std::vector<std::int32_t>> first;
        for (int epoch = 0; epoch < 3; ++epoch) {
            std::multiset<std::int32_t> seen;
            for (int batch = 0; batch < 34; ++batch) {
                const auto users = sampleClients(central, kClients, 5, epoch * 34 + batch);
                QVERIFY(isRisingAndInRange(users));
                QCOMPARE(users.size(), std::size_t{batch < 33 ? 15U : 5U});
                seen.insert(users.begin(), users.end());
                if (epoch == 0)
                    first.push_back(users);
                else
                    QVERIFY(users != first[static_cast<std::size_t>(batch)]);
            }
            QCOMPARE(seen.size(), kClients);
            QCOMPARE(std::set<std::int32_t>(seen.begin(), seen.end()).size(), kClients);
        }
    }

    /// Every client once per period, always at the same distance: what banded noise needs.
    void cyclic()
    {
        const FederationOptions federation = options(Sampling::Cyclic, 1.0 / 7);
        QCOMPARE(federation.cyclePeriod(), 7);
        std::vector<int> last(kClients, -1);
        for (int t = 0; t < 21; ++t) {
            const std::vector<std::int32_t> clients = sampleClients(federation, kClients, 3, t);
            QVERIFY(isRisingAndInRange(clients));
            QVERIFY(clients.size() == 71 || clients.size() == 72);
            for (const std::int32_t client : clients) {
                int& before = last[static_cast<std::size_t>(client)];
                QVERIFY(before < 0 || t - before == 7);
                before = t;
            }
        }
        QVERIFY(std::ranges::none_of(last, [](int t) { return t < 14; }));
        QVERIFY(sampleClients(federation, kClients, 4, 0) != sampleClients(federation, kClients, 3, 0));
    }

    void dropouts()
    {
        std::vector<std::int32_t> cohort(400);
        std::iota(cohort.begin(), cohort.end(), 50);
        QCOMPARE(survivors(cohort, 0, 1, 0), cohort);
        double kept = 0;
        for (int t = 0; t < 200; ++t) {
            const std::vector<std::int32_t> stay = survivors(cohort, 0.3, 1, t);
            QVERIFY(std::ranges::includes(cohort, stay));
            kept += static_cast<double>(stay.size());
        }
        const double count = 200.0 * 400;
        QVERIFY(std::abs(kept / count - 0.7) < 5 * std::sqrt(0.3 * 0.7 / count));
        QCOMPARE(survivors(cohort, 0.3, 1, 5), survivors(cohort, 0.3, 1, 5));
        QVERIFY(survivors(cohort, 0.3, 1, 5) != survivors(cohort, 0.3, 1, 6));
    }
};

std::unique_ptr<QObject> tst_sampler()
{
    return std::make_unique<TestSampler>();
}
#include "tst_sampler.moc"
