// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/privacy/composition.h"
#include "core/privacy/guarantee.h"
#include "tests/fixtures/privacy_support.h"

#include <algorithm>
#include <limits>
#include <memory>

using namespace fedcctr;
using namespace fedcctr::privacy;
using namespace fedcctr::test;

namespace {

/// Ten participations in fifty rounds at a rate of 0.1.
TrainingPlan plan(
    Adversary adversary, NeighbouringRelation relation, ClientSampling sampling, double sigma0 = 3)
{
    TrainingPlan result;
    result.adversary = adversary;
    result.relation = relation;
    result.sampling = sampling;
    result.rate = 0.1;
    applySchedule(result, {sigma0, 0.99, 50, 10});
    return result;
}

double muSquared(const std::vector<NoiseLevel>& levels, double sensitivity)
{
    double sum = 0;
    for (const NoiseLevel& level : levels)
        sum += level.rounds * sensitivity * sensitivity / (level.sigma * level.sigma);
    return sum;
}

std::string messageOf(
    const TrainingPlan& plan, const AccountantInfo& kind, double delta, std::optional<double> order = {})
{
    try {
        spend(plan, kind, delta, order);
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

bool holds(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

class TestGuarantee : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void schedule()
    {
        TrainingPlan decaying;
        applySchedule(decaying, {2, 0.9, 5, 2});
        QCOMPARE(decaying.rounds.size(), std::size_t{5});
        QCOMPARE(decaying.participations.size(), std::size_t{2});
        CHECK_NEAR("first", decaying.rounds.front().sigma, 2, 1e-15);
        CHECK_NEAR("last", decaying.participations.back().sigma, 2 * std::pow(0.9, 4), 1e-15);
        CHECK_NEAR(
            "the worst are the last", decaying.participations.front().sigma, 2 * std::pow(0.9, 3), 1e-15);
        TrainingPlan still;
        applySchedule(still, {2, 1, 1e9, 7});
        QCOMPARE(still.rounds.size(), std::size_t{1});
        QCOMPARE(still.rounds.front().rounds, 1e9);
        QCOMPARE(still.participations.front().rounds, 7.0);
        for (const ScheduleShape& wrong :
            {ScheduleShape{-1, 1, 5, 1}, ScheduleShape{1, 0, 5, 1}, ScheduleShape{1, 1.1, 5, 1},
                ScheduleShape{1, 1, 5.5, 1}, ScheduleShape{1, 1, 5, 6}, ScheduleShape{1, 1, -1, 0},
                ScheduleShape{std::nan(""), 1, 5, 1}, ScheduleShape{1, 0.9, 1e9, 1}})
            QVERIFY_EXCEPTION_THROWN(applySchedule(still, wrong), Error);
    }

    /// Who sees uploads or who took part is charged the client's participations, whatever the sampling.
    void nothingIsAmplifiedForWhoSeesTheClient()
    {
        for (const Adversary adversary : {Adversary::Local, Adversary::Aggregate})
            for (const NeighbouringRelation relation :
                {NeighbouringRelation::Replace, NeighbouringRelation::AddRemove})
                for (const ClientSampling sampling :
                    {ClientSampling::None, ClientSampling::Poisson, ClientSampling::Fixed}) {
                    const TrainingPlan seen = plan(adversary, relation, sampling);
                    const double mu2 =
                        muSquared(seen.participations, relation == NeighbouringRelation::Replace ? 2 : 1);
                    const double exact = gaussianExactEpsilon(mu2, 1e-5);
                    CHECK_NEAR("gaussian", spend(seen, accountant("gaussian"), 1e-5).epsilon, exact, 1e-12);
                    CHECK_NEAR("pld", spend(seen, accountant("pld"), 1e-5).epsilon, exact, 1e-12);
                    const Spend rdp = spend(seen, accountant("rdp"), 1e-5);
                    CHECK_NEAR("rdp", rdp.epsilon, gaussianRenyiEpsilon(mu2, 1e-5).epsilon, 1e-12);
                    QVERIFY(rdp.order > 1);
                    QCOMPARE(rdp.relation, nameOf(relation));
                    QCOMPARE(rdp.adversary, nameOf(adversary));
                }
    }

    /// Who sees the models only is charged all rounds, amplified.
    void releasedModel()
    {
        const TrainingPlan poisson =
            plan(Adversary::ReleasedModel, NeighbouringRelation::AddRemove, ClientSampling::Poisson);
        const double all = gaussianExactEpsilon(muSquared(poisson.rounds, 1), 1e-5);
        const double rdp = spend(poisson, accountant("rdp"), 1e-5).epsilon;
        const double pld = spend(poisson, accountant("pld"), 1e-5).epsilon;
        CHECK_NEAR("gaussian", spend(poisson, accountant("gaussian"), 1e-5).epsilon, all, 1e-12);
        QVERIFY(pld > 0 && pld < rdp && rdp < all / 3);
        // Replacing doubles the sensitivity: as if the noise were half.
        const TrainingPlan replaced =
            plan(Adversary::ReleasedModel, NeighbouringRelation::Replace, ClientSampling::Poisson, 6);
        CHECK_NEAR("replace", spend(replaced, accountant("rdp"), 1e-5).epsilon, rdp, 1e-12);
        CHECK_NEAR("replace", spend(replaced, accountant("pld"), 1e-5).epsilon, pld, 1e-12);
        for (const char* kind : {"rdp", "pld"}) {
            QVERIFY(holds(spend(replaced, accountant(kind), 1e-5).note, "numerically"));
            QVERIFY(!holds(spend(poisson, accountant(kind), 1e-5).note, "numerically"));
        }
        const TrainingPlan known =
            plan(Adversary::ReleasedModel, NeighbouringRelation::AddRemove, ClientSampling::None);
        CHECK_NEAR("none", spend(known, accountant("pld"), 1e-5).epsilon, all, 1e-12);
        TrainingPlan nobody = poisson;
        nobody.rate = 0;
        for (const char* kind : {"rdp", "pld", "eq27"})
            QCOMPARE(spend(nobody, accountant(kind), 1e-5).epsilon, 0.0);
    }

    void samplerAndAccountantAgree()
    {
        const TrainingPlan fixed =
            plan(Adversary::ReleasedModel, NeighbouringRelation::Replace, ClientSampling::Fixed);
        const TrainingPlan fixedAdd =
            plan(Adversary::ReleasedModel, NeighbouringRelation::AddRemove, ClientSampling::Fixed);
        QVERIFY(!accountant("rdp").incompatibility(fixed));
        QVERIFY(accountant("pld").incompatibility(fixed));
        QVERIFY(accountant("rdp").incompatibility(fixedAdd));
        QVERIFY(holds(messageOf(fixed, accountant("pld"), 1e-5), "rdp"));
        QVERIFY(holds(messageOf(fixedAdd, accountant("rdp"), 1e-5), "replace"));
        for (const char* kind : {"eq27", "appendix-a", "gaussian"})
            QVERIFY(!accountant(kind).incompatibility(fixedAdd));
        for (const AccountantInfo* kind : selectableAccountants())
            QVERIFY(!kind->incompatibility(
                plan(Adversary::Aggregate, NeighbouringRelation::AddRemove, ClientSampling::Fixed)));
        TrainingPlan everybody = fixedAdd;
        everybody.rate = 1;
        QVERIFY(!accountant("pld").incompatibility(everybody));
        const double certified = spend(fixed, accountant("rdp"), 1e-5).epsilon;
        CHECK_NEAR("wbk", certified, composedEpsilon(fixed, 1e-5, renyiOrders()).epsilon, 1e-14);
    }

    /// All rounds at the printed rate with sigma in clip norms, whoever looks.
    void asPrinted()
    {
        for (const Adversary adversary : {Adversary::Local, Adversary::ReleasedModel}) {
            const TrainingPlan printed =
                plan(adversary, NeighbouringRelation::Replace, ClientSampling::Poisson);
            double eq27 = 0;
            double eq27At8 = 0;
            double appendixAt4 = 0;
            for (int t = 0; t < 50; ++t) {
                const double inverse = 1 / std::pow(3 * std::pow(0.99, t), 2);
                eq27 += std::log(1 + 0.01 * std::expm1(inverse));
                eq27At8 += std::log(1 + 0.01 * std::expm1(7 * inverse)) / 7;
                appendixAt4 += std::log(1 + 0.01 * std::expm1(24 * inverse)) / 3;
            }
            const Spend found = spend(printed, accountant("eq27"), 1e-5);
            CHECK_NEAR("eq27", found.epsilon, eq27, 1e-12);
            QCOMPARE(found.delta, 0.0);
            QCOMPARE(found.order, 2.0);
            QCOMPARE(found.relation, std::string("add-remove"));
            QVERIFY(found.standing == Standing::NotABound);
            CHECK_NEAR("eq27 at 8", spend(printed, accountant("eq27"), 1e-5, 8).epsilon, eq27At8, 1e-12);
            const Spend appendix = spend(printed, accountant("appendix-a"), 1e-5, 4);
            CHECK_NEAR("appendix A", appendix.epsilon, appendixAt4 + std::log(1e5) / 3, 1e-12);
            QCOMPARE(appendix.relation, std::string("replace"));
            QVERIFY(
                appendix.standing == (adversary == Adversary::Local ? Standing::NotABound : Standing::Loose));
            QVERIFY(spend(printed, accountant("appendix-a"), 1e-5).epsilon <= appendix.epsilon);
            QVERIFY(
                holds(messageOf(printed, accountant("appendix-a"), 1e-5, 1.5), "appendix-a needs 2 or more"));
        }
    }

    /// Where everybody takes part nothing is amplified: Appendix A at order a is the Gaussian's a (2/sigma)^2
    /// / 2.
    void appendixAIsABoundWhereEverybodyTakesPart()
    {
        for (const Adversary adversary : {Adversary::Local, Adversary::Aggregate, Adversary::ReleasedModel})
            for (const ClientSampling sampling : {ClientSampling::None, ClientSampling::Fixed}) {
                TrainingPlan everybody = plan(adversary, NeighbouringRelation::Replace, sampling);
                everybody.rate = 1;
                everybody.participations = everybody.rounds;
                const Spend appendix = spend(everybody, accountant("appendix-a"), 1e-5);
                QVERIFY(appendix.standing == Standing::Loose);
                QVERIFY(appendix.epsilon >= spend(everybody, accountant("gaussian"), 1e-5).epsilon);
                everybody.rate = 0.5;
                QVERIFY(accountant("appendix-a").standing(everybody) == Standing::NotABound);
            }
    }

    /// One round at sigma 2, everybody: a/2 + ln(1e5)/(a - 1) is least at a = 1 + sqrt(2 ln 1e5) = 5.80,
    /// where it is 5.30; the paper's grid has 4 and 8 to offer, 5.64 at best.
    void theNoteNamesTheOrderThatThePaperMisses()
    {
        TrainingPlan once;
        once.rounds = once.participations = {{2, 1}};
        const Spend found = spend(once, accountant("appendix-a"), 1e-5);
        CHECK_NEAR("at 8", found.epsilon, 4 + std::log(1e5) / 7, 1e-12);
        QCOMPARE(found.order, 8.0);
        QVERIFY(holds(found.note, "Order 5.8 would give 5.3"));
        // At a given order there is nothing to miss.
        QVERIFY(!holds(spend(once, accountant("appendix-a"), 1e-5, 8).note, "would give"));
    }

    void deltaAboveOneInTheNumberOfClients()
    {
        QVERIFY(deltaWarning(0.01, 200));
        QVERIFY(holds(*deltaWarning(0.01, 200), "200 clients"));
        QVERIFY(!deltaWarning(0.005, 200));
        QVERIFY(!deltaWarning(1e-5, 200));
        QVERIFY(!deltaWarning(0.01, 0)); // not known
    }

    /// Appendix A is a true bound for Poisson sampling and order >= 2.
    void appendixAIsAboveTheTrueCurve()
    {
        for (const double sigma : {1.0, 3.0, 10.0})
            for (const double rate : {0.01, 0.2}) {
                TrainingPlan poisson = poissonPlan(rate, sigma, 20);
                poisson.relation = NeighbouringRelation::Replace;
                for (const double order : {2.0, 2.5, 8.0, 64.0})
                    QVERIFY(20 * paperAppendixACost(1, sigma, rate, order)
                        >= composedRenyi(poisson, std::span(&order, 1)).front() * (1 - 1e-9));
            }
    }

    void otherReleasesAreAdded()
    {
        TrainingPlan with = plan(Adversary::Local, NeighbouringRelation::Replace, ClientSampling::None);
        with.otherMuSquared = 0.7;
        CHECK_NEAR("local", spend(with, accountant("gaussian"), 1e-5).epsilon,
            gaussianExactEpsilon(muSquared(with.participations, 2) + 0.7, 1e-5), 1e-12);
        TrainingPlan amplified =
            plan(Adversary::ReleasedModel, NeighbouringRelation::AddRemove, ClientSampling::Poisson);
        const double rdpWithout = spend(amplified, accountant("rdp"), 1e-5).epsilon;
        const double pldWithout = spend(amplified, accountant("pld"), 1e-5).epsilon;
        amplified.otherMuSquared = 0.04;
        const double rdp = spend(amplified, accountant("rdp"), 1e-5).epsilon;
        const double pld = spend(amplified, accountant("pld"), 1e-5).epsilon;
        QVERIFY(pld > pldWithout && rdp > rdpWithout && pld < rdp);
        QVERIFY(pld > gaussianExactEpsilon(0.04, 1e-5));
    }

    void allOfThem()
    {
        const auto names = [](const std::vector<Spend>& spends) {
            std::vector<std::string> result;
            for (const Spend& spend : spends)
                result.push_back(spend.accountant);
            return result;
        };
        const auto fitting = [](const TrainingPlan& plan, bool withSlow) {
            std::vector<std::string> result;
            for (const AccountantInfo* info : accountants())
                if (!info->incompatibility(plan) && (withSlow || !info->slow))
                    result.push_back(info->name);
            return result;
        };
        const TrainingPlan fixed =
            plan(Adversary::ReleasedModel, NeighbouringRelation::Replace, ClientSampling::Fixed);
        const std::vector<Spend> spends = spendUnderAll(fixed, 1e-5);
        QCOMPARE(names(spends), fitting(fixed, true));
        QCOMPARE(spends[4].accountant, std::string("rdp-three-point"));
        QVERIFY(spends[4].epsilon < spends[3].epsilon);
        QVERIFY(holds(spends[4].note, "numerically"));
        const TrainingPlan poisson =
            plan(Adversary::ReleasedModel, NeighbouringRelation::Replace, ClientSampling::Poisson);
        QCOMPARE(names(spendUnderAll(poisson, 1e-5)), fitting(poisson, true));
        QCOMPARE(names(spendUnderAll(poisson, 1e-5, false)), fitting(poisson, false));
        for (const Spend& spend : spendUnderAll(poisson, 1e-5)) {
            QVERIFY(std::isfinite(spend.epsilon) && !spend.note.empty());
            QCOMPARE(spend.adversary, std::string("released-model"));
        }
    }

    void refusals()
    {
        TrainingPlan good = plan(Adversary::Local, NeighbouringRelation::Replace, ClientSampling::Poisson);
        for (const double delta : {0.0, 1.0, -1e-5, 2.0, std::nan("")})
            QVERIFY(holds(messageOf(good, accountant("gaussian"), delta), "delta"));
        for (const double rate : {-0.1, 1.5, std::nan("")}) {
            TrainingPlan wrong = good;
            wrong.rate = rate;
            QVERIFY(holds(messageOf(wrong, accountant("eq27"), 1e-5), "rate"));
        }
        for (const double sigma : {-1.0, std::nan("")}) {
            TrainingPlan wrong = good;
            wrong.rounds.front().sigma = sigma;
            QVERIFY(holds(messageOf(wrong, accountant("rdp"), 1e-5), "sigma"));
        }
        QVERIFY(holds(messageOf(good, accountant("rdp"), 1e-5, 1.0), "order"));
    }

    void ends()
    {
        for (const Adversary adversary : {Adversary::Local, Adversary::ReleasedModel})
            for (const AccountantInfo* kind : selectableAccountants()) {
                TrainingPlan edge =
                    plan(adversary, NeighbouringRelation::Replace, ClientSampling::Poisson, 0);
                QVERIFY2(std::isinf(spend(edge, *kind, 1e-5).epsilon), kind->name.c_str());
                edge.rounds.clear();
                edge.participations.clear();
                QVERIFY2(spend(edge, *kind, 1e-5).epsilon == 0, kind->name.c_str());
            }
    }

    /// Every accountant gives a number, more for more rounds, less for more noise.
    void extremes()
    {
        for (const Adversary adversary : {Adversary::Local, Adversary::ReleasedModel})
            for (const AccountantInfo* kind : selectableAccountants()) {
                if (kind->slow && adversary == Adversary::ReleasedModel)
                    continue; // tst_loss_distribution
                for (const ClientSampling sampling : {ClientSampling::Poisson, ClientSampling::Fixed})
                    for (const double rate : {1e-6, 0.01, 1.0})
                        for (const double sigma : {0.01, 0.5, 20.0, 1e4})
                            for (const double decay : {1.0, 0.999}) {
                                TrainingPlan wide;
                                wide.adversary = adversary;
                                wide.sampling = sampling;
                                wide.rate = rate;
                                double previous = 0;
                                for (const double rounds : {1.0, 1000.0, 1e6}) {
                                    if (decay < 1 && rounds > 1e4)
                                        continue;
                                    applySchedule(wide, {sigma, decay, rounds, std::min(rounds, 1000.0)});
                                    const double epsilon = spend(wide, *kind, 1e-6).epsilon;
                                    QVERIFY2(std::isfinite(epsilon), kind->name.c_str());
                                    QVERIFY2(epsilon >= previous * (1 - 1e-9), kind->name.c_str());
                                    previous = epsilon;
                                }
                            }
            }
    }
};

std::unique_ptr<QObject> tst_guarantee()
{
    return std::make_unique<TestGuarantee>();
}
#include "tst_guarantee.moc"
