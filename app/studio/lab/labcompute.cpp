// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/lab/labcompute.h"

#include "core/base/error.h"
#include "core/privacy/accountant.h"
#include "core/privacy/attack_bound.h"
#include "core/privacy/composition.h"
#include "core/privacy/guarantee.h"

#include <QCoreApplication>
#include <QElapsedTimer>

#include <algorithm>
#include <cmath>
#include <tuple>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using privacy::AccountantInfo;
using privacy::CalibrationProblem;

namespace {

constexpr std::size_t kFastPoints = 120;
constexpr std::size_t kAmplifiedPoints = 20; ///< each costs about half a millisecond
constexpr std::size_t kSlowPoints = 8;
constexpr int kMostShown = 400;

QString words(const char* text)
{
    return QCoreApplication::translate("fedcctr::studio::PrivacyPage", text);
}

bool isAmplified(const LabKnobs& knobs, const AccountantInfo& accountant)
{
    return accountant.creditsSampling && problemOf(knobs, accountant.name).plan.amplified();
}

bool isSlowSearch(const LabKnobs& knobs)
{
    const AccountantInfo& accountant = privacy::accountant(knobs.accountant);
    return isAmplified(knobs, accountant)
        && (accountant.slow || (knobs.schedule == privacy::Schedule::AdaLdp && knobs.decay < 1));
}

/// Ends a search that nobody waits for any more.
std::function<void()> interruptIf(const std::function<bool()>& cancelled)
{
    return [cancelled] {
        if (cancelled && cancelled())
            throw Error("broken off");
    };
}

/// Fills in the unknown; returns what is wrong, empty if nothing is.
QString solve(LabKnobs& knobs, const std::function<bool()>& cancelled)
{
    constexpr double kMostSigma = 1e4;
    CalibrationProblem problem = problemOf(knobs, knobs.accountant);
    problem.interrupt = interruptIf(cancelled);
    if (const auto reason = privacy::accountant(knobs.accountant).incompatibility(problem.plan))
        return knobs.unknown == Unknown::Nothing ? QString() : QString::fromStdString(*reason);
    switch (knobs.unknown) {
    case Unknown::Nothing:
        break;
    case Unknown::Sigma0: {
        const double sigma = privacy::solveSigma0(problem);
        if (sigma > kMostSigma)
            return words("this needs σ₀/θ = %1, more than a run takes (%2)")
                .arg(labNumber(sigma), labNumber(kMostSigma));
        knobs.sigma0 = sigma;
        break;
    }
    case Unknown::Rounds: {
        const double rounds = privacy::solveRounds(problem, kMostLabRounds);
        if (rounds < 1)
            return words("even one round costs more than the budget; raise ε or σ₀");
        knobs.rounds = static_cast<int>(rounds);
        break;
    }
    case Unknown::Epsilon:
        knobs.epsilon = privacy::solveEpsilon(problem);
        break;
    }
    return {};
}

QString solveSafely(LabKnobs& knobs, const std::function<bool()>& cancelled = {})
{
    try {
        return solve(knobs, cancelled);
    } catch (const std::exception& failure) {
        return QString::fromUtf8(failure.what());
    }
}

void fillSchedule(LabResult& result)
{
    const LabKnobs& knobs = result.knobs;
    const CalibrationProblem problem = problemOf(knobs, knobs.accountant);
    const int step = std::max(1, (knobs.rounds + kMostShown - 1) / kMostShown);
    for (int round = 1; round <= knobs.rounds; round += step) {
        const double sigma = problem.shape.sigma0 * std::pow(problem.shape.decay, round - 1);
        const double ratio = problem.plan.sensitivity() / sigma;
        result.rounds.push_back(round);
        result.sigma.push_back(sigma);
        result.printedCost.push_back(privacy::paperEq27Cost(1, sigma, problem.plan.rate, knobs.order));
        result.uploadCost.push_back(ratio * ratio);
    }
}

void fillLine(AccountantLine& line, const LabKnobs& knobs, std::size_t points,
    const std::function<bool()>& cancelled = {})
{
    const CalibrationProblem problem = problemOf(knobs, line.accountant->name);
    try {
        line.curve = privacy::spendCurve(problem, *line.accountant, points, cancelled);
        line.whole = line.curve.epsilon.empty() ? 0 : line.curve.epsilon.back();
    } catch (const std::exception& failure) {
        line.incompatibility = QString::fromUtf8(failure.what());
    }
}

std::size_t pointsOf(const LabKnobs& knobs, const AccountantInfo& accountant)
{
    if (!isAmplified(knobs, accountant))
        return kFastPoints;
    return accountant.slow ? kSlowPoints : kAmplifiedPoints;
}

void describe(AccountantLine& line, const LabKnobs& knobs)
{
    const privacy::TrainingPlan plan = problemOf(knobs, line.accountant->name).plan;
    if (const auto reason = line.accountant->incompatibility(plan))
        line.incompatibility = QString::fromStdString(*reason);
    line.note = QString::fromStdString(line.accountant->note(plan));
    line.standing = line.accountant->standing(plan);
}

/// At a number of rounds between two points, rounded up to the later one.
double valueAt(const privacy::SpendCurve& curve, double rounds)
{
    const auto next = std::ranges::lower_bound(curve.rounds, rounds);
    if (next == curve.rounds.end())
        return curve.epsilon.empty() ? 0 : curve.epsilon.back();
    return curve.epsilon[static_cast<std::size_t>(next - curve.rounds.begin())];
}

/// What the chosen accountant says of the paid rounds: the budget is what they may cost, not what they do.
double spentOf(const LabResult& result, const LabKnobs& paid)
{
    const AccountantLine& line = result.chosen();
    if (!line.incompatibility.isEmpty())
        return 0;
    if (line.pending)
        return paid.epsilon;
    if (!isAmplified(paid, *line.accountant))
        return privacy::solveEpsilon(problemOf(paid, paid.accountant));
    const double read = valueAt(line.curve, paid.rounds);
    return line.curve.refused > 0 ? std::min(read, paid.epsilon) : read;
}

/// What is known at once of the best attack on the paid rounds.
BestGuess guessOf(const LabResult& result, bool amplified)
{
    if (!amplified)
        return {privacy::gaussianGuess(result.mu), BestGuess::Rule::Gaussian};
    const AccountantLine& honest = result.honest();
    if (honest.pending || !honest.incompatibility.isEmpty())
        return {};
    return {privacy::guessBound(result.honestSpent, result.knobs.delta), BestGuess::Rule::Epsilon};
}

/// The tight curve says more than one epsilon of it.
void sharpenGuess(LabResult& result)
{
    LabKnobs paid = result.knobs;
    paid.rounds = result.paidRounds;
    const AccountantLine& honest = result.honest();
    CalibrationProblem problem = problemOf(paid, honest.accountant->name);
    if (result.paidRounds < 1 || !problem.plan.amplified() || !honest.accountant->exact(problem.plan))
        return;
    privacy::applySchedule(problem.plan, problem.shape);
    const double distance = privacy::accountOf(problem.plan, *honest.accountant)->delta(0);
    result.guess = {privacy::guessAtDistance(distance), BestGuess::Rule::LossCurve};
}

/// How long the budget lasts, and what the Gaussian mechanism then comes to.
void fillPaid(LabResult& result)
{
    const LabKnobs& knobs = result.knobs;
    const double refused = result.chosen().curve.refused;
    result.paidRounds = knobs.rounds;
    // What was solved for keeps the budget but for rounding.
    if (refused > 0 && knobs.unknown != Unknown::Epsilon)
        result.paidRounds = static_cast<int>(refused) - 1;
    result.mu = 0;
    result.spent = 0;
    result.honestSpent = 0;
    result.guess = {};
    if (result.paidRounds < 1)
        return;
    LabKnobs paid = knobs;
    paid.rounds = result.paidRounds;
    CalibrationProblem problem = problemOf(paid, paid.accountant);
    privacy::applySchedule(problem.plan, problem.shape);
    const double muSquared = privacy::muSquaredOf(problem.plan);
    result.mu = std::sqrt(muSquared);
    result.honestSpent = problem.plan.amplified() ? valueAt(result.honest().curve, result.paidRounds)
                                                  : privacy::gaussianExactEpsilon(muSquared, knobs.delta);
    result.spent = spentOf(result, paid);
    result.guess = guessOf(result, problem.plan.amplified());
}

/// The first round that is not paid for, exactly instead of read off the curve.
void refineRefusal(AccountantLine& line, const LabKnobs& knobs, const std::function<bool()>& cancelled)
{
    CalibrationProblem problem = problemOf(knobs, line.accountant->name);
    problem.interrupt = interruptIf(cancelled);
    try {
        const double paid = privacy::solveRounds(problem, knobs.rounds);
        line.curve.refused = paid < knobs.rounds ? paid + 1 : 0;
        line.curve.refusedExactly = true;
    } catch (const std::exception&) {
        // Broken off: the result is not shown.
    }
}

bool isRefinable(const AccountantLine& line)
{
    return !line.curve.refusedExactly && !line.accountant->slow;
}

} // namespace

const AccountantLine& LabResult::line(std::string_view accountant) const
{
    return *std::ranges::find(lines, accountant,
        [](const AccountantLine& line) -> const std::string& { return line.accountant->name; });
}

const AccountantLine& LabResult::honest() const
{
    const privacy::TrainingPlan plan = problemOf(knobs, knobs.accountant).plan;
    const auto rank = [&plan](const AccountantLine& line) {
        const bool hasNumber = line.incompatibility.isEmpty() && !line.pending;
        return std::tuple(!hasNumber, line.accountant->printed, !line.accountant->exact(plan), line.standing);
    };
    return *std::ranges::min_element(lines, {}, rank);
}

bool LabResult::isPending() const
{
    return pending || std::ranges::any_of(lines, [](const AccountantLine& line) {
        return line.pending || isRefinable(line);
    });
}

LabResult computeFast(const LabKnobs& knobs)
{
    QElapsedTimer timer;
    timer.start();
    LabResult result;
    result.knobs = knobs;
    result.pending = knobs.unknown != Unknown::Nothing && isSlowSearch(knobs);
    if (!result.pending)
        result.problem = solveSafely(result.knobs);
    fillSchedule(result);
    for (const AccountantInfo* accountant : privacy::selectableAccountants()) {
        AccountantLine& line = result.lines.emplace_back();
        line.accountant = accountant;
        describe(line, result.knobs);
        line.pending =
            accountant->slow && isAmplified(result.knobs, *accountant) && line.incompatibility.isEmpty();
        if (!line.pending && line.incompatibility.isEmpty())
            fillLine(line, result.knobs, pointsOf(result.knobs, *accountant));
    }
    fillPaid(result);
    result.milliseconds = static_cast<double>(timer.nsecsElapsed()) * 1e-6;
    return result;
}

LabResult computeSlow(LabResult result, const std::function<bool()>& cancelled)
{
    QElapsedTimer timer;
    timer.start();
    if (result.pending) {
        LabKnobs knobs = result.knobs;
        const QString problem = solveSafely(knobs, cancelled);
        if (cancelled())
            return result;
        knobs.unknown = Unknown::Nothing;
        const Unknown unknown = result.knobs.unknown;
        result = computeFast(knobs);
        result.knobs.unknown = unknown;
        result.problem = problem;
        fillPaid(result);
    }
    for (AccountantLine& line : result.lines) {
        if (!line.pending || cancelled())
            continue;
        fillLine(line, result.knobs, pointsOf(result.knobs, *line.accountant), cancelled);
        line.pending = false;
    }
    for (AccountantLine& line : result.lines)
        if (isRefinable(line) && !cancelled())
            refineRefusal(line, result.knobs, cancelled);
    fillPaid(result);
    if (!cancelled())
        sharpenGuess(result);
    result.milliseconds = static_cast<double>(timer.nsecsElapsed()) * 1e-6;
    return result;
}

} // namespace fedcctr::studio
