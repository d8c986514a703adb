// SPDX-License-Identifier: GPL-3.0-or-later
// What every accountant of the list has to keep, whoever adds one: the same questions to each.
#include "core/base/error.h"
#include "core/privacy/accountants/accountants.h"
#include "core/privacy/composition.h"
#include "core/privacy/guarantee.h"
#include "core/privacy/ledger.h"
#include "tests/fixtures/support.h"

#include <QTest>

#include <cmath>
#include <memory>
#include <set>

using namespace fedcctr;
using namespace fedcctr::privacy;
using fedcctr::test::errorOf;

namespace {

constexpr double kDelta = 1e-5;

/// Of the grid of the loss distribution, and of what settle() may interpolate.
constexpr double kGridTolerance = 0.02;

TrainingPlan planOf(Adversary adversary, NeighbouringRelation relation, ClientSampling sampling,
    const ScheduleShape& shape = {4, 0.99, 24, 9})
{
    TrainingPlan plan;
    plan.adversary = adversary;
    plan.relation = relation;
    plan.sampling = sampling;
    plan.rate = sampling == ClientSampling::None ? 1 : 0.05;
    applySchedule(plan, shape);
    return plan;
}

/// Every kind of training, of that schedule.
std::vector<TrainingPlan> allPlans(const ScheduleShape& shape = {4, 0.99, 24, 9})
{
    std::vector<TrainingPlan> plans;
    for (const Adversary adversary : {Adversary::Local, Adversary::Aggregate, Adversary::ReleasedModel})
        for (const NeighbouringRelation relation :
            {NeighbouringRelation::Replace, NeighbouringRelation::AddRemove})
            for (const ClientSampling sampling :
                {ClientSampling::None, ClientSampling::Poisson, ClientSampling::Fixed})
                plans.push_back(planOf(adversary, relation, sampling, shape));
    return plans;
}

/// Those that the accountant fits.
std::vector<TrainingPlan> plansFor(const AccountantInfo& info, const ScheduleShape& shape = {4, 0.99, 24, 9})
{
    std::vector<TrainingPlan> plans = allPlans(shape);
    std::erase_if(
        plans, [&info](const TrainingPlan& plan) { return info.incompatibility(plan).has_value(); });
    return plans;
}

std::string wordsOf(const TrainingPlan& plan)
{
    return nameOf(plan.adversary) + ", " + nameOf(plan.relation) + ", " + nameOf(plan.sampling);
}

double epsilonOf(const TrainingPlan& plan, const AccountantInfo& info, double delta = kDelta)
{
    return accountOf(plan, info)->epsilon(delta).epsilon;
}

#define VERIFY_FOR(plan, condition) QVERIFY2(condition, wordsOf(plan).c_str())

} // namespace

class TestAccountants : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void namesAreLookedUp()
    {
        std::set<std::string> names;
        for (const AccountantInfo* info : accountants()) {
            QVERIFY(names.insert(info->name).second);
            QCOMPARE(&accountant(info->name), info);
            QCOMPARE(titleOf(info->name), info->title);
        }
        QCOMPARE(findAccountant("nobody"), static_cast<const AccountantInfo*>(nullptr));
        QCOMPARE(titleOf("nobody"), std::string("nobody"));
        const QString error = errorOf([] { accountant("nobody"); });
        for (const AccountantInfo* info : selectableAccountants())
            QVERIFY2(error.contains(QString::fromStdString(info->name)), qPrintable(error));
        // What holds is read first.
        const auto sorted = provenAccountantsFirst();
        QCOMPARE(sorted.size(), accountants().size());
        QVERIFY(std::ranges::is_sorted(sorted, {}, &AccountantInfo::printed));
    }

    void every_data()
    {
        QTest::addColumn<const AccountantInfo*>("info");
        for (const AccountantInfo* info : accountants())
            QTest::newRow(info->name.c_str()) << info;
    }

    void every()
    {
        QFETCH(const AccountantInfo*, info);
        for (const std::string* text : {&info->title, &info->shortTitle, &info->method})
            QVERIFY(!text->empty());
        QVERIFY(!info->selectable || !info->help.empty());
        // Nothing claims to be exact that is no bound.
        int fits = 0;
        for (const TrainingPlan& plan : allPlans()) {
            if (const auto reason = info->incompatibility(plan)) {
                const std::string refused = errorOf([&] { spend(plan, *info, kDelta); }).toStdString();
                VERIFY_FOR(plan, refused.find(*reason) != std::string::npos);
                VERIFY_FOR(plan, reason->find("; use ") != std::string::npos);
                continue;
            }
            ++fits;
            const Spend found = spend(plan, *info, kDelta);
            QCOMPARE(found.accountant, info->name);
            QCOMPARE(found.delta, info->hasDelta ? kDelta : 0);
            QCOMPARE(found.relation, nameOf(info->relation.value_or(plan.relation)));
            VERIFY_FOR(plan, found.note.ends_with('.'));
            VERIFY_FOR(plan, std::isfinite(found.epsilon) && found.epsilon > 0);
            VERIFY_FOR(plan, !info->exact(plan) || found.standing == Standing::Bound);
        }
        QVERIFY(fits > 0);
    }

    void withoutRoundsNothingIsSpent_data() { every_data(); }

    void withoutRoundsNothingIsSpent()
    {
        QFETCH(const AccountantInfo*, info);
        for (const TrainingPlan& plan : plansFor(*info, {4, 0.99, 0, 0}))
            VERIFY_FOR(plan, epsilonOf(plan, *info) == 0);
    }

    void moreRoundsLessNoiseOrLessDeltaCostMore_data() { every_data(); }

    void moreRoundsLessNoiseOrLessDeltaCostMore()
    {
        QFETCH(const AccountantInfo*, info);
        const std::vector<TrainingPlan> plans = plansFor(*info);
        const std::vector<TrainingPlan> longer = plansFor(*info, {4, 0.99, 48, 18});
        const std::vector<TrainingPlan> noisier = plansFor(*info, {8, 0.99, 24, 9});
        for (std::size_t i = 0; i < plans.size(); ++i) {
            const double epsilon = epsilonOf(plans[i], *info);
            VERIFY_FOR(plans[i], epsilonOf(longer[i], *info) > epsilon);
            VERIFY_FOR(plans[i], epsilonOf(noisier[i], *info) < epsilon);
            const double safer = epsilonOf(plans[i], *info, kDelta / 100);
            VERIFY_FOR(plans[i], info->hasDelta ? safer > epsilon : safer == epsilon);
        }
    }

    void deltaInvertsEpsilon_data() { every_data(); }

    void deltaInvertsEpsilon()
    {
        QFETCH(const AccountantInfo*, info);
        for (const TrainingPlan& plan : plansFor(*info)) {
            const auto account = accountOf(plan, *info);
            if (!info->hasDelta) {
                QVERIFY_THROWS_EXCEPTION(Error, account->delta(1));
                continue;
            }
            const double epsilon = account->epsilon(kDelta).epsilon;
            const double tolerance = account->sums() ? 1e-6 : kGridTolerance;
            VERIFY_FOR(plan, std::abs(account->delta(epsilon) / kDelta - 1) < tolerance);
            VERIFY_FOR(plan, account->delta(2 * epsilon) < account->delta(epsilon));
            VERIFY_FOR(plan, !account->surelyExceeds(epsilon, kDelta));
        }
    }

    /// Against the exact composition without amplification, and the tight curve with it.
    void whatClaimsToBeABoundIsOne_data() { every_data(); }

    void whatClaimsToBeABoundIsOne()
    {
        QFETCH(const AccountantInfo*, info);
        for (const TrainingPlan& plan : plansFor(*info)) {
            if (info->standing(plan) == Standing::NotABound)
                continue;
            const double found = epsilonOf(plan, *info);
            if (!plan.amplified()) {
                const double exact = gaussianExactEpsilon(muSquaredOf(plan), kDelta);
                VERIFY_FOR(plan, found >= exact * (1 - 1e-9));
                VERIFY_FOR(plan, !info->exact(plan) || found <= exact * (1 + 1e-9));
            } else if (plan.sampling == ClientSampling::Poisson) {
                const double tight = epsilonOf(plan, accountant("pld"));
                VERIFY_FOR(plan, found >= tight * (1 - 1e-3));
                VERIFY_FOR(plan, !info->exact(plan) || found <= tight * (1 + 1e-3));
            }
        }
    }

    void samplingHelpsWhereItIsCredited_data() { every_data(); }

    void samplingHelpsWhereItIsCredited()
    {
        QFETCH(const AccountantInfo*, info);
        if (info->printed)
            return; // they take the credit everywhere
        int compared = 0;
        for (const TrainingPlan& plan : plansFor(*info)) {
            TrainingPlan everybody = plan;
            everybody.rate = 1;
            if (!plan.amplified() || info->incompatibility(everybody))
                continue;
            const double sampled = epsilonOf(plan, *info);
            const double all = epsilonOf(everybody, *info);
            VERIFY_FOR(plan, info->creditsSampling ? sampled < 0.9 * all : sampled == all);
            ++compared;
        }
        QVERIFY(compared > 0 || !info->selectable);
    }

    /// Where nothing is amplified an account has to be a list of sums, which the ledger keeps for each
    /// client.
    void accountsOfClientsAreSums_data() { every_data(); }

    void accountsOfClientsAreSums()
    {
        QFETCH(const AccountantInfo*, info);
        for (const TrainingPlan& plan : plansFor(*info)) {
            if (plan.amplified() && info->creditsSampling)
                continue;
            const auto account = info->open(plan, {});
            const SumAccount* sums = account->sums();
            VERIFY_FOR(plan, sums);
            QCOMPARE(sums->values().size(), std::max<std::size_t>(info->ownSums, 1));
            account->add({3, 2});
            account->add({3, 5});
            const auto once = info->open(plan, {});
            once->add({3, 7});
            VERIFY_FOR(
                plan, std::abs(account->epsilon(kDelta).epsilon / once->epsilon(kDelta).epsilon - 1) < 1e-12);
            if (info->ownSums == 0) {
                const double ratio = plan.sensitivity() / 3;
                VERIFY_FOR(plan, std::abs(sums->values()[0] / (7 * ratio * ratio) - 1) < 1e-12);
            }
        }
    }

    void settledAccountsGoOn_data() { every_data(); }

    void settledAccountsGoOn()
    {
        QFETCH(const AccountantInfo*, info);
        for (const TrainingPlan& plan : plansFor(*info)) {
            const auto account = info->open(plan, {});
            const auto& rounds = info->printed ? plan.rounds : chargedRounds(plan);
            for (std::size_t i = 0; i < rounds.size(); ++i) {
                account->add(rounds[i]);
                if (i % 8 == 7)
                    account->settle();
            }
            const double expected = epsilonOf(plan, *info);
            VERIFY_FOR(plan, std::abs(account->epsilon(kDelta).epsilon / expected - 1) < kGridTolerance);
        }
    }

    void ordersAreChecked_data() { every_data(); }

    void ordersAreChecked()
    {
        QFETCH(const AccountantInfo*, info);
        const TrainingPlan plan = plansFor(*info).front();
        for (const double wrong : {1.0, 0.5, std::nan(""), HUGE_VAL, std::nextafter(info->leastOrder, 0)})
            QVERIFY_THROWS_EXCEPTION(Error, accountOf(plan, *info, wrong));
        const double atOrder = accountOf(plan, *info, 16)->epsilon(kDelta).epsilon;
        if (!info->takesOrder)
            QCOMPARE(atOrder, epsilonOf(plan, *info));
        else if (!info->usesZeta)
            QVERIFY(atOrder >= epsilonOf(plan, *info));
    }

    /// The ledger's number for a client is the one that a plan of the same rounds gives.
    void theLedgerAgrees_data() { every_data(); }

    void theLedgerAgrees()
    {
        QFETCH(const AccountantInfo*, info);
        if (!info->selectable)
            return;
        PrivacyOptions options;
        options.schedule = Schedule::Static;
        options.noiseMultiplier = 4;
        options.accountant = info->name;
        options.charge = Charge::EveryRound;
        options.epsilon = 1e9;
        for (const TrainingPlan& plan : plansFor(*info, {4, 1, 6, 6})) {
            options.adversary = plan.adversary;
            options.relation = plan.relation;
            Ledger ledger(options, {plan.sampling, plan.rate, 6}, 3);
            for (int round = 0; round < 6; ++round)
                QCOMPARE(ledger.admit({0, 2}, round).size(), std::size_t{2});
            const double expected = epsilonOf(plan, *info);
            VERIFY_FOR(plan, std::abs(ledger.governingEpsilon(ledger.clients()[0]) / expected - 1) < 1e-9);
            const std::vector<Spend> recorded = ledger.worstCase();
            const auto own = std::ranges::find(recorded, info->name, &Spend::accountant);
            VERIFY_FOR(plan, own != recorded.end());
            VERIFY_FOR(plan, std::abs(own->epsilon / expected - 1) < 1e-9);
            // A budget below that stops the clients on the way.
            options.epsilon = 0.9 * expected;
            Ledger strict(options, {plan.sampling, plan.rate, 6}, 3);
            for (int round = 0; round < 6; ++round)
                strict.admit({0, 2}, round);
            VERIFY_FOR(plan, strict.activeCount() == 0);
            VERIFY_FOR(plan, strict.governingEpsilon(strict.clients()[0]) <= options.epsilon);
            options.epsilon = 1e9;
        }
    }
};

std::unique_ptr<QObject> tst_accountants()
{
    return std::make_unique<TestAccountants>();
}
#include "tst_accountants.moc"
