// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/calibration.h"

#include "core/base/error.h"
#include "core/privacy/root.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

namespace fedcctr::privacy {

namespace {

TrainingPlan planOf(const CalibrationProblem& problem)
{
    TrainingPlan plan = problem.plan;
    applySchedule(plan, problem.shape);
    return plan;
}

double participationsOf(const CalibrationProblem& problem, double rounds)
{
    if (problem.participationsPerRound > 0)
        return std::min(rounds, std::ceil(problem.participationsPerRound * rounds * (1 - 1e-12)));
    return std::min(rounds, problem.shape.participations);
}

void checkBudget(const CalibrationProblem& problem)
{
    if (problem.epsilon > 0 && std::isfinite(problem.epsilon))
        return;
    std::ostringstream text;
    text << "epsilon is " << problem.epsilon << ", but has to be a number above 0";
    throw Error(text.str());
}

std::unique_ptr<Account> accountOf(const CalibrationProblem& problem)
{
    return privacy::accountOf(planOf(problem), accountant(problem.accountant), problem.order);
}

/// ln(epsilon / budget) within limits: above 0 where the budget is exceeded.
double excess(const CalibrationProblem& problem)
{
    constexpr double kLimit = 700;
    if (problem.interrupt)
        problem.interrupt();
    const std::unique_ptr<Account> account = accountOf(problem);
    if (account->surelyExceeds(problem.epsilon, problem.delta))
        return kLimit;
    const double epsilon = account->epsilon(problem.delta).epsilon;
    return std::clamp(std::log(epsilon / problem.epsilon), -kLimit, kLimit);
}

[[noreturn]] void rejectBudget(const CalibrationProblem& problem, double most)
{
    CalibrationProblem noisiest = problem;
    noisiest.shape.sigma0 = most;
    std::ostringstream text;
    text << "no sigma_0 up to " << most << " keeps " << problem.accountant << " within epsilon "
         << problem.epsilon << " at delta " << problem.delta << " (there it is " << solveEpsilon(noisiest)
         << "); raise epsilon or delta, or train fewer rounds";
    throw Error(text.str());
}

} // namespace

double solveEpsilon(const CalibrationProblem& problem)
{
    checkDelta(problem.delta);
    return accountOf(problem)->epsilon(problem.delta).epsilon;
}

double solveSigma0(const CalibrationProblem& problem)
{
    checkBudget(problem);
    checkDelta(problem.delta);
    constexpr double kLeast = 1e-6;
    constexpr double kMost = 1e12;
    constexpr double kStride = 1.5; // of ln sigma_0
    const auto falling = [&problem](double logSigma) {
        CalibrationProblem tried = problem;
        tried.shape.sigma0 = std::exp(logSigma);
        return excess(tried);
    };
    Bracket bracket;
    bracket.lowValue = bracket.highValue = falling(0);
    while (bracket.highValue > 0 && bracket.high < std::log(kMost)) {
        bracket.low = bracket.high;
        bracket.lowValue = bracket.highValue;
        bracket.high = std::min(std::log(kMost), bracket.high + kStride);
        bracket.highValue = falling(bracket.high);
    }
    if (bracket.highValue > 0)
        rejectBudget(problem, kMost);
    while (bracket.lowValue <= 0 && bracket.low > std::log(kLeast)) {
        bracket.high = bracket.low;
        bracket.highValue = bracket.lowValue;
        bracket.low = std::max(std::log(kLeast), bracket.low - kStride);
        bracket.lowValue = falling(bracket.low);
    }
    if (bracket.lowValue <= 0)
        return kLeast;
    constexpr double kTolerance = 1e-9;
    return std::exp(crossing(bracket, kTolerance, falling));
}

double solveRounds(const CalibrationProblem& problem, double most)
{
    checkBudget(problem);
    checkDelta(problem.delta);
    const auto rising = [&problem](double rounds) {
        CalibrationProblem tried = problem;
        tried.shape.rounds = rounds;
        tried.shape.participations = participationsOf(problem, rounds);
        return excess(tried);
    };
    most = std::floor(most);
    if (most < 1)
        return 0;
    // As a falling function of -ln T.
    double fits = 0;
    double next = 1;
    Bracket bracket;
    for (;;) {
        const double value = rising(next);
        if (value > 0) {
            bracket.low = -std::log(next);
            bracket.lowValue = value;
            break;
        }
        fits = next;
        bracket.high = -std::log(next);
        bracket.highValue = value;
        if (next >= most)
            return most;
        next = std::min(most, 4 * next);
    }
    double exceeds = next;
    BracketSteps steps;
    while (fits > 0 && exceeds - fits > 1) {
        const double x = steps.next(bracket, 1e-15);
        const double rounds = std::clamp(std::round(std::exp(-x)), fits + 1, exceeds - 1);
        const double value = rising(rounds);
        (value > 0 ? exceeds : fits) = rounds;
        steps.move(bracket, -std::log(rounds), value);
    }
    return fits;
}

double solveDelta(const CalibrationProblem& problem)
{
    checkBudget(problem);
    return accountOf(problem)->delta(problem.epsilon);
}

} // namespace fedcctr::privacy
