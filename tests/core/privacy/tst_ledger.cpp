// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/privacy/accountant.h"
#include "core/privacy/ledger.h"
#include "core/privacy/mechanisms.h"
#include "core/privacy/schedule.h"
#include "tests/fixtures/golden.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>

using namespace fedcctr;
using namespace fedcctr::privacy;
using namespace fedcctr::test;
using nlohmann::json;

namespace {

constexpr int kRounds = 5000;

PrivacyOptions paperOptions(double sigma0)
{
    PrivacyOptions options;
    options.schedule = Schedule::AdaLdp;
    options.accountant = "eq27";
    options.charge = Charge::EveryRound;
    options.epsilon = 1;
    options.order = 2;
    options.decayRate = 0.997;
    options.noiseMultiplier = sigma0;
    options.clipNorm = 1;
    return options;
}

PrivacyOptions gaussianOptions(double sigma0, double decay, double epsilon)
{
    PrivacyOptions options;
    options.schedule = Schedule::AdaLdp;
    options.accountant = "rdp";
    options.charge = Charge::Participation;
    options.epsilon = epsilon;
    options.delta = 1e-5;
    options.decayRate = decay;
    options.noiseMultiplier = sigma0;
    return options;
}

/// Uploads that client 0 sends until it is stopped, sampled in every round.
int releases(const PrivacyOptions& options, double rate, int most)
{
    Ledger ledger(options, {ClientSampling::Poisson, rate, kRounds}, 3);
    for (int round = 0; round < most; ++round)
        if (ledger.admit({0}, round).empty())
            return round;
    return most;
}

} // namespace

class TestLedger : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// rho 0.01, R 0.997, zeta 2, epsilon 1: with sigma_0 = 1 the 288th round would overdraw the budget, with
    /// 2 the 518th.
    void paperStop()
    {
        QCOMPARE(releases(paperOptions(1), 0.01, 5000), 287);
        QCOMPARE(releases(paperOptions(2), 0.01, 5000), 517);
        QCOMPARE(releases(paperOptions(5), 0.01, 5000), 822);
    }

    void paperStopAgainstGolden()
    {
        NEEDS_GOLDEN();
        for (const json& row : golden()["groups"]["paper_eq27_28"])
            for (const auto& [budget, stop] : row["stop"].items()) {
                if (stop["capped"].get<bool>())
                    continue;
                PrivacyOptions options =
                    paperOptions(row["sigma0"].get<double>() / row["theta"].get<double>());
                options.clipNorm = row["theta"];
                options.decayRate = row["R"];
                options.order = row["order"];
                options.epsilon = std::stod(budget);
                const int expected = stop["releases"];
                const double left = stop["budget_left"];
                const int slack = std::abs(left) < 1e-9 * options.epsilon ? 1 : 0;
                const int found = releases(options, row["rho"], expected + 10);
                QVERIFY2(std::abs(found - expected) <= slack,
                    qPrintable(QString::fromStdString(row["id"])
                        + QStringLiteral(": %1 instead of %2").arg(found).arg(expected)));
            }
    }

    /// Eq. 28 as a loop of one's own: what is left after each round.
    void paperSpendIsTheSum()
    {
        const PrivacyOptions options = paperOptions(2);
        Ledger ledger(options, {ClientSampling::Poisson, 0.01, kRounds}, 1);
        double sum = 0;
        for (int round = 0; round < 100; ++round) {
            ledger.admit({0}, round);
            const double sigma = 2 * std::pow(0.997, round);
            sum += std::log(1 + 1e-4 * (std::exp(1 / (sigma * sigma)) - 1));
        }
        QVERIFY(std::abs(ledger.clients()[0].own[0] / sum - 1) < 1e-9);
        QVERIFY(std::abs(ledger.governingEpsilon(ledger.clients()[0]) / sum - 1) < 1e-9);
        QCOMPARE(ledger.clients()[0].uploads, 100);
    }

    /// The rule is the Renyi bound's; the golden file's is the exact epsilon's, which is never smaller in
    /// releases.
    void gaussianStopAgainstGolden()
    {
        NEEDS_GOLDEN();
        int stopped = 0;
        for (const json& row : golden()["groups"]["local_stop_rule"]) {
            const PrivacyOptions options = gaussianOptions(row["sigma0"], row["R"], row["budget_eps"]);
            Ledger ledger(options, {ClientSampling::Poisson, 0.01, kRounds}, 2);
            double muSquared = 0;
            int expected = 0;
            bool refused = false;
            for (const int round :
                golden()["round_rules"][row["rounds_rule"].get<std::string>()].get<std::vector<int>>()) {
                const double sigma = row["sigma0"].get<double>() * std::pow(row["R"].get<double>(), round);
                const double after = muSquared + 4 / (sigma * sigma);
                refused = refused || gaussianRenyiEpsilon(after, 1e-5).epsilon > options.epsilon;
                const bool admitted = !ledger.admit({0}, round).empty();
                QCOMPARE(admitted, !refused);
                if (!refused) {
                    muSquared = after;
                    ++expected;
                }
            }
            QCOMPARE(ledger.clients()[0].uploads, expected);
            QVERIFY(expected <= row["releases"].get<int>());
            QVERIFY(gaussianExactEpsilon(ledger.clients()[0].muSquared, 1e-5) <= options.epsilon);
            if (expected == row["releases"].get<int>() && expected > 0) {
                const double exact = gaussianExactEpsilon(ledger.clients()[0].muSquared, 1e-5);
                QVERIFY(std::abs(exact / row["eps_spent"].get<double>() - 1) < 1e-6);
            }
            QCOMPARE(ledger.clients()[0].stopped, refused);
            stopped += refused ? 1 : 0;
        }
        QVERIFY(stopped > 10);
    }

    void participationChargesOnlyThoseWhoSend()
    {
        Ledger ledger(gaussianOptions(50, 1, 100), {ClientSampling::Poisson, 0.01, kRounds}, 4);
        QCOMPARE(ledger.admit({1, 3}, 0), (std::vector<std::int32_t>{1, 3}));
        QCOMPARE(ledger.admit({3}, 1), (std::vector<std::int32_t>{3}));
        const double once = 4.0 / 2500;
        QCOMPARE(ledger.clients()[0].muSquared, 0.0);
        QCOMPARE(ledger.clients()[1].muSquared, once);
        QCOMPARE(ledger.clients()[3].muSquared, 2 * once);
        QCOMPARE(ledger.clients()[3].uploads, 2);
        QCOMPARE(ledger.clients()[0].own[0], 0.0);
        QVERIFY(ledger.clients()[1].own[0] > 0);
        QCOMPARE(ledger.activeCount(), std::size_t{4});
    }

    void everyRoundChargesEverybody()
    {
        PrivacyOptions options = gaussianOptions(50, 1, 100);
        options.charge = Charge::EveryRound;
        Ledger ledger(options, {ClientSampling::Poisson, 0.01, kRounds}, 3);
        ledger.admit({1}, 0);
        ledger.admit({}, 1);
        for (const ClientSpend& client : ledger.clients())
            QCOMPARE(client.muSquared, 2 * 4.0 / 2500);
        QCOMPARE(ledger.clients()[1].uploads, 1);
        QCOMPARE(ledger.clients()[0].uploads, 0);
    }

    /// The charge does not depend on the unit of the gradient.
    void clipNormCancels()
    {
        PrivacyOptions options = gaussianOptions(5, 0.99, 100);
        options.clipNorm = 0.01;
        Ledger small(options, {ClientSampling::Poisson, 0.05, kRounds}, 1);
        options.clipNorm = 40;
        Ledger large(options, {ClientSampling::Poisson, 0.05, kRounds}, 1);
        for (int round = 0; round < 5; ++round) {
            small.admit({0}, round);
            large.admit({0}, round);
        }
        QVERIFY(std::abs(small.clients()[0].muSquared / large.clients()[0].muSquared - 1) < 1e-12);
        QVERIFY(std::abs(small.clients()[0].own[0] / large.clients()[0].own[0] - 1) < 1e-12);
    }

    void theStoppedAreNeverChargedAgain()
    {
        for (const char* accountant : {"eq27", "rdp"})
            for (const Charge charge : {Charge::EveryRound, Charge::Participation}) {
                PrivacyOptions options = gaussianOptions(4, 0.97, 5);
                options.accountant = accountant;
                options.charge = charge;
                Ledger ledger(options, {ClientSampling::Poisson, 0.3, kRounds}, 2);
                int round = 0;
                while (!ledger.clients()[0].stopped && round < 5000)
                    ledger.admit({0}, round++);
                QVERIFY(ledger.clients()[0].stopped);
                QVERIFY(ledger.clients()[0].uploads > 0);
                QVERIFY(ledger.governingEpsilon(ledger.clients()[0]) <= options.epsilon);
                QCOMPARE(ledger.activeCount(), std::size_t{charge == Charge::EveryRound ? 0U : 1U});
                const ClientSpend before = ledger.clients()[0];
                // Even a round that would fit again (a lower round has more noise) is refused.
                for (const int later : {round, round + 1, 0})
                    QVERIFY(ledger.admit({0}, later).empty());
                QCOMPARE(ledger.clients()[0].muSquared, before.muSquared);
                QCOMPARE(ledger.clients()[0].own[0], before.own[0]);
                QCOMPARE(ledger.clients()[0].uploads, before.uploads);
            }
    }

    void withoutNoiseEverybodyMaySend()
    {
        PrivacyOptions options = gaussianOptions(1, 1, 0.01);
        options.schedule = Schedule::None;
        Ledger ledger(options, {ClientSampling::Poisson, 0.01, kRounds}, 3);
        for (int round = 0; round < 100; ++round)
            QCOMPARE(ledger.admit({0, 2}, round), (std::vector<std::int32_t>{0, 2}));
        QVERIFY(ledger.worstCase().empty());
        QCOMPARE(ledger.activeCount(), std::size_t{3});
    }

    void staticNoise()
    {
        PrivacyOptions options = gaussianOptions(10, 0.5, 1e6);
        options.schedule = Schedule::Static;
        Ledger ledger(options, {ClientSampling::Poisson, 0.01, kRounds}, 1);
        for (int round = 0; round < 7; ++round)
            ledger.admit({0}, round);
        QVERIFY(std::abs(ledger.clients()[0].muSquared - 7 * 0.04) < 1e-12);
    }

    void noiseThatHasDiedAdmitsNobody()
    {
        Ledger ledger(gaussianOptions(1, 0.9, 1e6), {ClientSampling::Poisson, 0.01, kRounds}, 1);
        QVERIFY(ledger.admit({0}, 900000).empty()); // 0.9^900000 is 0
        QCOMPARE(ledger.clients()[0].muSquared, 0.0);
    }

    void worstCaseIsTheClientWhoSpentMost()
    {
        Ledger ledger(gaussianOptions(20, 1, 100), {ClientSampling::Poisson, 0.05, kRounds}, 3);
        ledger.admit({0, 1}, 0);
        ledger.admit({1}, 1);
        const double muSquared = 2 * 4.0 / 400;
        const std::vector<Spend> spends = ledger.worstCase();
        std::vector<std::string> names;
        for (const Spend& spend : spends) {
            names.push_back(spend.accountant);
            QCOMPARE(spend.adversary, std::string("local"));
            QVERIFY(!spend.note.empty());
            if (spend.accountant == "eq27") {
                QCOMPARE(spend.epsilon, ledger.clients()[1].own[0]);
                QCOMPARE(spend.relation, std::string("add-remove"));
                QCOMPARE(spend.delta, 0.0);
                QCOMPARE(spend.order, 2.0);
                continue;
            }
            QCOMPARE(spend.relation, std::string("replace"));
            QCOMPARE(spend.delta, 1e-5);
            double expected = std::numeric_limits<double>::infinity();
            if (spend.accountant == "appendix-a")
                for (const double order : paperOrders())
                    expected = std::min(
                        expected, 2 * paperAppendixACost(1, 20, 0.05, order) + std::log(1e5) / (order - 1));
            else if (spend.accountant == "rdp")
                expected = gaussianRenyiEpsilon(muSquared, 1e-5).epsilon;
            else if (spend.accountant == "gaussian" || spend.accountant == "pld")
                expected = gaussianExactEpsilon(muSquared, 1e-5);
            else
                continue;
            QVERIFY(std::abs(spend.epsilon - expected) < 1e-12);
            QVERIFY(expected > 0.1);
        }
        // Nothing amplifies against who sees the uploads, so that all but the three-point variant apply.
        std::vector<std::string> applying;
        for (const AccountantInfo* info : selectableAccountants())
            applying.push_back(info->name);
        QCOMPARE(names, applying);
    }

    /// The exact rule lets a client send at least as often as the Renyi bound, and as often as the golden
    /// file says (gaussianStopAgainstGolden() pins the latter's bound).
    void exactRuleAgainstGolden()
    {
        NEEDS_GOLDEN();
        for (const json& row : golden()["groups"]["local_stop_rule"]) {
            PrivacyOptions options = gaussianOptions(row["sigma0"], row["R"], row["budget_eps"]);
            options.accountant = "gaussian";
            Ledger ledger(options, {ClientSampling::Poisson, 0.01, kRounds}, 2);
            for (const int round :
                golden()["round_rules"][row["rounds_rule"].get<std::string>()].get<std::vector<int>>())
                ledger.admit({0}, round);
            QCOMPARE(ledger.clients()[0].uploads, row["releases"].get<int>());
            const double spent = row["eps_spent"];
            QVERIFY(std::abs(ledger.governingEpsilon(ledger.clients()[0]) - spent) <= 1e-6 * spent);
        }
    }

    /// Appendix A as printed: one order after another, the least of them, against the golden stops.
    void appendixAAgainstGolden()
    {
        NEEDS_GOLDEN();
        int checked = 0;
        for (const json& row : golden()["groups"]["paper_appendix_a"]) {
            if (!row.contains("releases_delta_1e-05"))
                continue;
            for (const auto& [budget, stop] : row["releases_delta_1e-05"].items()) {
                PrivacyOptions options =
                    paperOptions(row["sigma0"].get<double>() / row["theta"].get<double>());
                options.accountant = "appendix-a";
                options.decayRate = row["R"];
                options.epsilon = std::stod(budget);
                const int expected = stop["releases"];
                if (expected >= 5000)
                    continue;
                QCOMPARE(releases(options, row["rho"], expected + 5), expected);
                ++checked;
            }
        }
        QVERIFY(checked > 20);
    }

    /// Against an outsider all share one account: everybody stops after the rounds that the amplified epsilon
    /// allows, whoever took part.
    void sharedAccount()
    {
        PrivacyOptions options = gaussianOptions(2, 1, 1.5);
        options.adversary = Adversary::ReleasedModel;
        options.charge = Charge::EveryRound;
        const LedgerSampling sampling{ClientSampling::Poisson, 0.02, 2000};
        Ledger ledger(options, sampling, 3);
        int round = 0;
        while (round < 2000 && ledger.activeCount() > 0)
            ledger.admit({0}, round++);
        QVERIFY(round > 10 && round < 2000);
        QCOMPARE(ledger.activeCount(), std::size_t{0});
        QCOMPARE(ledger.rounds(), round - 1);
        QCOMPARE(ledger.clients()[0].uploads, round - 1);
        TrainingPlan plan;
        plan.adversary = Adversary::ReleasedModel;
        plan.sampling = ClientSampling::Poisson;
        plan.rate = 0.02;
        applySchedule(plan, {2, 1, static_cast<double>(round - 1), 1});
        const double spent = spend(plan, accountant("rdp"), 1e-5).epsilon;
        QVERIFY(spent <= 1.5);
        QVERIFY(std::abs(ledger.governingEpsilon(ledger.clients()[1]) - spent) < 1e-9);
        applySchedule(plan, {2, 1, static_cast<double>(round), 1});
        QVERIFY(spend(plan, accountant("rdp"), 1e-5).epsilon > 1.5);
        bool found = false;
        for (const Spend& entry : ledger.worstCase())
            if (entry.accountant == "rdp") {
                found = true;
                QVERIFY(std::abs(entry.epsilon - spent) < 1e-9);
                QCOMPARE(entry.adversary, std::string("released-model"));
            }
        QVERIFY(found);
    }

    void aSamplerThatDoesNotFitIsRefused()
    {
        PrivacyOptions options = gaussianOptions(2, 1, 1.5);
        options.adversary = Adversary::ReleasedModel;
        options.charge = Charge::EveryRound;
        options.accountant = "pld";
        QVERIFY_EXCEPTION_THROWN(Ledger(options, {ClientSampling::Fixed, 0.02, 100}, 3), Error);
        options.accountant = "rdp";
        options.relation = NeighbouringRelation::AddRemove;
        QVERIFY_EXCEPTION_THROWN(Ledger(options, {ClientSampling::Fixed, 0.02, 100}, 3), Error);
        Ledger(options, {ClientSampling::Poisson, 0.02, 100}, 3);
    }

    /// K' of K clients leave sigma sqrt(K'/K): the survivors pay more.
    void dropoutsCostTheSurvivors()
    {
        PrivacyOptions options = gaussianOptions(50, 1, 100);
        options.adversary = Adversary::Aggregate;
        Ledger ledger(options, {ClientSampling::Fixed, 0.5, 100}, 4);
        ledger.admit({0, 1}, 0, std::sqrt(0.5));
        QVERIFY(std::abs(ledger.clients()[0].muSquared / (2 * 4.0 / 2500) - 1) < 1e-12);
        QCOMPARE(ledger.clients()[2].muSquared, 0.0);
    }

    void addRemoveIsHalfTheSensitivity()
    {
        PrivacyOptions options = gaussianOptions(10, 1, 100);
        options.relation = NeighbouringRelation::AddRemove;
        Ledger ledger(options, {ClientSampling::Poisson, 0.1, 100}, 1);
        ledger.admit({0}, 0);
        QVERIFY(std::abs(ledger.clients()[0].muSquared - 0.01) < 1e-15);
    }

    /// Banded noise: a column's squared norm per upload, together the sensitivity of bandedSensitivity().
    void bandedUploadsCostTheirColumns()
    {
        PrivacyOptions options = gaussianOptions(10, 1, 100);
        options.schedule = Schedule::Static;
        options.adversary = Adversary::Aggregate;
        options.correlation = Correlation::Banded;
        options.band = 10;
        Ledger ledger(options, {ClientSampling::None, 0.1, 100}, 2);
        for (int round = 0; round < 100; round += 10)
            ledger.admit({0}, round);
        const double sensitivity = bandedSensitivity(10, 100, 10, 10);
        QVERIFY(std::abs(ledger.clients()[0].muSquared / (4 * sensitivity * sensitivity / 100) - 1) < 1e-12);
        Ledger strict(options, {ClientSampling::None, 0.1, 100}, 2);
        strict.admit({0}, 3);
        QVERIFY_EXCEPTION_THROWN(strict.admit({0}, 12), Error);
    }

    /// The private histogram is part of every client's spend from the start.
    void theHistogramIsCharged()
    {
        PrivacyOptions options = gaussianOptions(10, 1, 100);
        options.histogramNoise = 20;
        Ledger ledger(options, {ClientSampling::Poisson, 0.1, 100}, 2);
        QVERIFY(std::abs(ledger.clients()[1].muSquared - 0.005) < 1e-15);
        ledger.admit({0}, 0);
        QVERIFY(std::abs(ledger.clients()[0].muSquared - 0.045) < 1e-15);
    }

    /// 500 clients that take part once, one of them in the last, least noisy round: by Eq. 27 and by Appendix
    /// A it has spent most, though others sent more often and have the larger exact spend.
    void theGreatestSpendIsThatOfTheRule()
    {
        PrivacyOptions options;
        options.schedule = Schedule::AdaLdp;
        options.adversary = Adversary::Local;
        options.charge = Charge::Participation;
        options.accountant = "eq27";
        options.noiseMultiplier = 2;
        options.decayRate = 0.99;
        options.epsilon = 1e9;
        constexpr int kLast = 299; // sigma 0.0991
        const auto costAt = [](int round) { return paperEq27Cost(1, 2 * std::pow(0.99, round), 0.01, 2); };
        Ledger ledger(options, {ClientSampling::Poisson, 0.01, 300}, 3);
        for (int round = 120; round < 160; ++round)
            ledger.admit({0}, round);
        ledger.admit({1}, kLast);
        double often = 0;
        for (int round = 120; round < 160; ++round)
            often += costAt(round);
        QVERIFY(costAt(kLast) > 20 * often);
        QVERIFY(ledger.clients()[0].muSquared > ledger.clients()[1].muSquared);
        const SpendRange range = ledger.spent();
        QVERIFY(std::abs(range.most / costAt(kLast) - 1) < 1e-12);
        QVERIFY(std::abs(range.median / often - 1) < 1e-12);
        QCOMPARE(range.least, 0.0);
        QVERIFY(std::abs(ledger.worstCase()[0].epsilon / costAt(kLast) - 1) < 1e-12);
    }

    /// Who has spent most by Appendix A need not be who has by Eq. 27 or by the exact sum.
    void appendixAHasItsOwnWorstClient()
    {
        PrivacyOptions options;
        options.schedule = Schedule::AdaLdp;
        options.adversary = Adversary::Aggregate;
        options.accountant = "gaussian";
        options.noiseMultiplier = 40;
        options.decayRate = 0.95;
        options.epsilon = 1e9;
        constexpr double kRate = 0.001;
        Ledger ledger(options, {ClientSampling::Poisson, kRate, 100}, 2);
        for (int round = 40; round < 60; ++round)
            ledger.admit({0}, round);
        ledger.admit({1}, 72);
        const auto appendix = [&](const ClientSpend& client) {
            double best = 1e300;
            for (std::size_t i = 0; i < 6; ++i)
                best = std::min(best, client.own[1 + i] + std::log(1e5) / (paperOrders()[i] - 1));
            return best;
        };
        const auto& clients = ledger.clients();
        // The first one has the larger exact sum, the second one the larger printed ones.
        QVERIFY(clients[0].muSquared > clients[1].muSquared);
        QVERIFY(appendix(clients[1]) > 1.01 * appendix(clients[0]));
        for (const Spend& spend : ledger.worstCase()) {
            if (spend.accountant == "appendix-a")
                QVERIFY(std::abs(spend.epsilon / appendix(clients[1]) - 1) < 1e-12);
            if (spend.accountant == "gaussian")
                QVERIFY(
                    std::abs(spend.epsilon / gaussianExactEpsilon(clients[0].muSquared, 1e-5) - 1) < 1e-9);
        }
    }

    /// A histogram costs (sqrt 2 / noise)^2 before the first round, of Appendix A at order a half of that
    /// times a.
    void aHistogramIsPartOfAppendixA()
    {
        PrivacyOptions options = gaussianOptions(6, 1, 8);
        options.accountant = "appendix-a";
        options.histogramNoise = 20;
        for (const NeighbouringRelation relation :
            {NeighbouringRelation::Replace, NeighbouringRelation::AddRemove}) {
            options.relation = relation;
            const Ledger ledger(options, {ClientSampling::Poisson, 0.1, kRounds}, 2);
            double best = 1e300;
            for (const double order : paperOrders())
                best = std::min(best, order * (2.0 / 400) / 2 + std::log(1e5) / (order - 1));
            QVERIFY(std::abs(ledger.spent().most / best - 1) < 1e-12);
        }
    }

    /// Priced before the first round too, where a histogram came before it.
    void aSharedAccountBeginsWithTheHistogram()
    {
        PrivacyOptions options = gaussianOptions(6, 1, 8);
        options.adversary = Adversary::ReleasedModel;
        options.charge = Charge::EveryRound;
        options.accountant = "rdp";
        const LedgerSampling sampling{ClientSampling::Poisson, 0.1, kRounds};
        QCOMPARE(Ledger(options, sampling, 2).spent().most, 0.0);
        options.histogramNoise = 20;
        QVERIFY(std::abs(Ledger(options, sampling, 2).spent().most
                        / gaussianRenyiEpsilon(2.0 / 400, options.delta).epsilon
                    - 1)
            < 1e-6);
    }

    void restoreContinues()
    {
        const PrivacyOptions options = gaussianOptions(6, 0.99, 8);
        Ledger whole(options, {ClientSampling::Poisson, 0.1, kRounds}, 2);
        Ledger first(options, {ClientSampling::Poisson, 0.1, kRounds}, 2);
        for (int round = 0; round < 4; ++round) {
            whole.admit({0}, round);
            first.admit({0}, round);
        }
        Ledger second(options, {ClientSampling::Poisson, 0.1, kRounds}, 2);
        second.restore(first.clients(), first.rounds());
        for (int round = 4; round < 200; ++round)
            QCOMPARE(second.admit({0, 1}, round), whole.admit({0, 1}, round));
        QVERIFY(whole.clients()[0].stopped && whole.clients()[0].uploads > 4);
        QCOMPARE(second.clients()[0].muSquared, whole.clients()[0].muSquared);
        QCOMPARE(second.clients()[1].uploads, whole.clients()[1].uploads);
        QVERIFY_EXCEPTION_THROWN(second.restore(std::vector<ClientSpend>(3), 0), Error);
    }
};

std::unique_ptr<QObject> tst_ledger()
{
    return std::make_unique<TestLedger>();
}
#include "tst_ledger.moc"
