// SPDX-License-Identifier: GPL-3.0-or-later
// The spend of a growing training against single questions, and the best attack against closed forms.
#include "core/base/error.h"
#include "core/privacy/accountant.h"
#include "core/privacy/attack_bound.h"
#include "core/privacy/spend_curve.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

using namespace fedcctr;
using namespace fedcctr::privacy;

namespace {

CalibrationProblem paperProblem(double sigma0)
{
    CalibrationProblem problem;
    problem.plan.sampling = ClientSampling::Poisson;
    problem.plan.rate = 0.01;
    problem.shape = {sigma0, 0.997, 600, 6};
    problem.participationsPerRound = 0.01;
    return problem;
}

double asked(const CalibrationProblem& problem, const AccountantInfo& kind, double rounds)
{
    TrainingPlan plan = problem.plan;
    ScheduleShape shape = problem.shape;
    shape.rounds = rounds;
    shape.participations = std::min(rounds, std::ceil(problem.participationsPerRound * rounds));
    applySchedule(plan, shape);
    return spend(plan, kind, problem.delta, problem.order).epsilon;
}

void compare(
    const CalibrationProblem& problem, const AccountantInfo& kind, const SpendCurve& curve, double tolerance)
{
    QVERIFY(!curve.rounds.empty());
    QCOMPARE(curve.rounds.size(), curve.epsilon.size());
    QCOMPARE(curve.rounds.front(), 1.0);
    QCOMPARE(curve.rounds.back(), problem.shape.rounds);
    QVERIFY(std::ranges::is_sorted(curve.epsilon));
    for (std::size_t i = 0; i < curve.rounds.size(); ++i) {
        const double expected = asked(problem, kind, curve.rounds[i]);
        QVERIFY2(std::abs(curve.epsilon[i] - expected) <= tolerance * expected,
            qPrintable(QStringLiteral("%1 at round %2: %3 instead of %4")
                           .arg(QString::fromStdString(kind.name))
                           .arg(curve.rounds[i])
                           .arg(curve.epsilon[i], 0, 'g', 12)
                           .arg(expected, 0, 'g', 12)));
    }
}

double area(const std::vector<RocPoint>& roc)
{
    return areaUnder(roc);
}

} // namespace

class TestSpendCurve : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// The rounds that the ledger's test names.
    void thePrintedBudgetEnds()
    {
        QCOMPARE(spendCurve(paperProblem(1), accountant("eq27"), 50).refused, 288.0);
        QCOMPARE(spendCurve(paperProblem(2), accountant("eq27"), 7).refused, 518.0);
        CalibrationProblem longer = paperProblem(2);
        longer.shape.rounds = 517;
        QCOMPARE(spendCurve(longer, accountant("eq27"), 50).refused, 0.0);
    }

    void everyPointIsAsSpendSays_data()
    {
        QTest::addColumn<std::string>("kind");
        QTest::addColumn<int>("adversary");
        for (const char* kind : {"eq27", "appendix-a", "gaussian", "rdp", "pld"})
            for (const Adversary adversary :
                {Adversary::Local, Adversary::Aggregate, Adversary::ReleasedModel})
                if (!accountant(kind).slow || adversary != Adversary::ReleasedModel)
                    QTest::addRow("%s, %s", kind, nameOf(adversary).c_str())
                        << std::string(kind) << int(adversary);
    }

    void everyPointIsAsSpendSays()
    {
        QFETCH(std::string, kind);
        QFETCH(int, adversary);
        CalibrationProblem problem = paperProblem(2);
        problem.plan.adversary = Adversary(adversary);
        const bool interpolated = Adversary(adversary) == Adversary::ReleasedModel && kind == "rdp";
        const SpendCurve curve = spendCurve(problem, accountant(kind), 24);
        compare(problem, accountant(kind), curve, interpolated ? 0.015 : 1e-9);
    }

    void staticNoiseIsNotInterpolated()
    {
        CalibrationProblem problem = paperProblem(2);
        problem.plan.adversary = Adversary::ReleasedModel;
        problem.plan.relation = NeighbouringRelation::AddRemove;
        problem.shape.decay = 1;
        for (const char* kind : {"rdp", "pld"})
            compare(problem, accountant(kind), spendCurve(problem, accountant(kind), 5), 1e-9);
    }

    void whatIsRefusedIsOneMoreThanWhatFits()
    {
        for (const char* kind : {"gaussian", "rdp"}) {
            CalibrationProblem problem = paperProblem(2);
            problem.accountant = kind;
            problem.epsilon = 8;
            const SpendCurve curve = spendCurve(problem, accountant(kind), 10);
            QVERIFY(curve.refusedExactly);
            QVERIFY(curve.refused > 1);
            QVERIFY(asked(problem, accountant(kind), curve.refused) > problem.epsilon);
            QVERIFY(asked(problem, accountant(kind), curve.refused - 1) <= problem.epsilon);
        }
        CalibrationProblem amplified = paperProblem(2);
        amplified.plan.adversary = Adversary::ReleasedModel;
        amplified.plan.relation = NeighbouringRelation::AddRemove;
        amplified.accountant = "rdp";
        const SpendCurve curve = spendCurve(amplified, accountant("rdp"), 24);
        QVERIFY(!curve.refusedExactly);
        QVERIFY(std::abs(curve.refused - (solveRounds(amplified, 600) + 1)) <= 4);
    }

    void incompatibleAccountantsAreRefused()
    {
        CalibrationProblem problem = paperProblem(2);
        problem.plan.adversary = Adversary::ReleasedModel;
        problem.plan.sampling = ClientSampling::Fixed;
        QVERIFY_THROWS_EXCEPTION(Error, spendCurve(problem, accountant("pld"), 5));
        problem.plan.sampling = ClientSampling::Poisson;
        int questions = 0;
        const SpendCurve broken = spendCurve(problem, accountant("rdp"), 24, [&] { return ++questions > 3; });
        QCOMPARE(broken.rounds.size(), std::size_t(3));
    }

    void onlyValidNumbersAreBounds()
    {
        TrainingPlan plan;
        plan.sampling = ClientSampling::Poisson;
        plan.rate = 0.1;
        for (const Adversary adversary : {Adversary::Local, Adversary::Aggregate, Adversary::ReleasedModel}) {
            plan.adversary = adversary;
            const bool secret = adversary == Adversary::ReleasedModel;
            QVERIFY(accountant("eq27").standing(plan) == Standing::NotABound);
            QVERIFY(
                accountant("appendix-a").standing(plan) == (secret ? Standing::Loose : Standing::NotABound));
            QVERIFY(accountant("gaussian").standing(plan) == (secret ? Standing::Loose : Standing::Bound));
            QVERIFY(accountant("rdp").standing(plan) == Standing::Bound);
            QVERIFY(accountant("pld").standing(plan) == Standing::Bound);
        }
    }

    void posterior()
    {
        QVERIFY(std::abs(posteriorBound(1) - 0.7310585786300049) < 1e-15);
        QVERIFY(std::abs(posteriorBound(3) - 0.9525741268224334) < 1e-15);
        QCOMPARE(posteriorBound(0), 0.5);
        QCOMPARE(posteriorBound(INFINITY), 1.0);
    }

    /// Phi(0.3595) = 0.6404 by table; at epsilon 3 nobody may become surer than 95 %, but no attack on this
    /// noise is right that often.
    void theBestGuess()
    {
        QVERIFY(std::abs(gaussianGuess(0.719) - 0.640387) < 1e-5);
        QVERIFY(std::abs(gaussianExactEpsilon(0.719 * 0.719, 1e-5) - 3) < 0.01);
        QCOMPARE(gaussianGuess(0), 0.5);
        // The total variation distance of two Gaussians at distance mu is 2 Phi(mu/2) - 1.
        for (const double mu : {0.1, 0.719, 3.0})
            QVERIFY(std::abs(guessAtDistance(gaussianDelta(mu * mu, 0)) - gaussianGuess(mu)) < 1e-12);
        // e / (1 + e), and (e + 0.1) / (1 + e).
        QVERIFY(std::abs(guessBound(1, 0) - 0.7310585786300049) < 1e-15);
        QVERIFY(std::abs(guessBound(1, 0.1) - 0.7579527) < 1e-7);
        QCOMPARE(guessBound(0, 0.5), 0.75);
        QCOMPARE(guessBound(INFINITY, 1e-5), 1.0);
        QVERIFY(guessBound(3, 1e-5) > gaussianGuess(0.719));
    }

    void bestAttackUnderEpsilonAndDelta()
    {
        // Without noise everything is known, with epsilon 0 and delta 0 nothing.
        QCOMPARE(truePositiveBound(0, 0, 0.3), 0.3);
        QCOMPARE(truePositiveBound(1, 1e-5, 0), 1e-5);
        QVERIFY(std::abs(truePositiveBound(std::log(3.0), 0, 0.1) - 0.3) < 1e-12);
        QVERIFY(std::abs(truePositiveBound(std::log(3.0), 0, 0.5) - 5.0 / 6) < 1e-12);
        // Two straight pieces that meet at 1/(1 + e^eps): area e^eps/(1 + e^eps).
        QVERIFY(std::abs(area(rocBound(1, 0, 50)) - posteriorBound(1)) < 1e-12);
        QCOMPARE(rocBound(800, 1e-5, 5).back().truePositive, 1.0);
    }

    void gaussianAttack()
    {
        for (const double mu : {0.5, 1.0, 3.0}) {
            const std::vector<RocPoint> roc = gaussianRoc(mu, 2000);
            // The area under the curve of two normals mu apart is Phi(mu/sqrt 2).
            const double expected = std::exp(logNormalCdf(mu / std::sqrt(2.0)));
            QVERIFY(std::abs(area(roc) - expected) < 1e-5);
            for (const double epsilon : {0.2, 1.0, 4.0}) {
                const double delta = gaussianDelta(mu * mu, epsilon);
                double closest = 1;
                for (const RocPoint& point : roc) {
                    const double bound = truePositiveBound(epsilon, delta, point.falsePositive);
                    QVERIFY(point.truePositive <= bound + 1e-12);
                    if (point.falsePositive > 0)
                        closest = std::min(closest, bound - point.truePositive);
                }
                // Each line of slope e^eps touches the curve.
                QVERIFY2(closest < 1e-4, qPrintable(QString::number(closest)));
            }
        }
    }
};

std::unique_ptr<QObject> tst_spend_curve()
{
    return std::make_unique<TestSpendCurve>();
}
#include "tst_spend_curve.moc"
