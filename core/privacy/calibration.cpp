// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/calibration.h"

#include "core/base/error.h"
#include "core/privacy/composition.h"
#include "core/privacy/loss_distribution.h"
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

/// True if one round alone exceeds the budget, which is cheap to see: its delta with the client there against
/// without is rate * delta of the Gaussian at ln(1 + (e^epsilon - 1)/rate).
bool oneRoundExceeds(const CalibrationProblem& problem, const TrainingPlan& plan)
{
    if (problem.accountant != AccountantKind::Pld || !plan.amplified() || plan.rounds.empty())
        return false;
    const double sigma = std::ranges::min_element(plan.rounds, {}, &NoiseLevel::sigma)->sigma;
    const double mu = plan.sensitivity() / sigma;
    // ln(1 + (e^eps - 1)/q) = eps + ln((1 - (1 - q) e^-eps)/q)
    const double inner =
        problem.epsilon + std::log((1 - (1 - plan.rate) * std::exp(-problem.epsilon)) / plan.rate);
    return sigma > 0 && plan.rate > 0 && plan.rate * gaussianDelta(mu * mu, inner) > problem.delta;
}

/// ln(epsilon / budget) within limits: above 0 where the budget is exceeded.
double excess(const CalibrationProblem& problem)
{
    constexpr double kLimit = 700;
    if (problem.interrupt)
        problem.interrupt();
    if (oneRoundExceeds(problem, planOf(problem)))
        return kLimit;
    return std::clamp(std::log(solveEpsilon(problem) / problem.epsilon), -kLimit, kLimit);
}

[[noreturn]] void rejectBudget(const CalibrationProblem& problem, double most)
{
    CalibrationProblem noisiest = problem;
    noisiest.shape.sigma0 = most;
    std::ostringstream text;
    text << "no sigma_0 up to " << most << " keeps " << nameOf(problem.accountant) << " within epsilon "
         << problem.epsilon << " at delta " << problem.delta << " (there it is " << solveEpsilon(noisiest)
         << "); raise epsilon or delta, or train fewer rounds";
    throw Error(text.str());
}

/// The least delta at which the Renyi curve gives epsilon: the inverse of the two conversions.
double deltaFromRenyi(
    std::span<const double> orders, std::span<const double> rdp, double epsilon, bool improved)
{
    double least = 0; // ln 1
    for (std::size_t i = 0; i < orders.size(); ++i) {
        const double a = orders[i];
        const double gain = improved ? (a - 1) * std::log1p(-1 / a) - std::log(a) : 0;
        least = std::min(least, (a - 1) * (rdp[i] - epsilon) + gain);
    }
    return std::exp(least);
}

double renyiDelta(const CalibrationProblem& problem, const TrainingPlan& plan)
{
    const double only = problem.order.value_or(0);
    const std::span<const double> orders = problem.order ? std::span(&only, 1) : renyiOrders();
    const std::vector<double> rdp = composedRenyi(plan, orders);
    if (std::ranges::all_of(rdp, [](double cost) { return cost == 0; }))
        return 0;
    return deltaFromRenyi(orders, rdp, problem.epsilon, true);
}

double appendixDelta(const CalibrationProblem& problem, const TrainingPlan& plan)
{
    const double only = problem.order.value_or(0);
    const std::span<const double> orders = problem.order ? std::span(&only, 1) : paperOrders();
    std::vector<double> sums;
    for (const double order : orders) {
        double sum = 0;
        for (const NoiseLevel& level : plan.rounds)
            sum += level.rounds * paperAppendixACost(1, level.sigma, plan.rate, order);
        sums.push_back(sum);
    }
    if (std::ranges::all_of(sums, [](double cost) { return cost == 0; }))
        return 0;
    return deltaFromRenyi(orders, sums, problem.epsilon, false);
}

} // namespace

double solveEpsilon(const CalibrationProblem& problem)
{
    return spend(planOf(problem), problem.accountant, problem.delta, problem.order).epsilon;
}

double solveSigma0(const CalibrationProblem& problem)
{
    checkBudget(problem);
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
    const TrainingPlan plan = planOf(problem);
    // Checks the plan and the accountant as well.
    if (problem.accountant != AccountantKind::Pld)
        spend(plan, problem.accountant, 0.5, problem.order);
    switch (problem.accountant) {
    case AccountantKind::PaperEq27:
        throw Error("the accountant eq27 has no delta to solve for; use another one");
    case AccountantKind::PaperAppendixA:
        return appendixDelta(problem, plan);
    case AccountantKind::Gaussian:
        return gaussianDelta(muSquaredOf(plan), problem.epsilon);
    case AccountantKind::Rdp:
        return renyiDelta(problem, plan);
    case AccountantKind::Pld:
        return LossDistribution(plan).deltaAt(problem.epsilon);
    }
    return 1;
}

} // namespace fedcctr::privacy
