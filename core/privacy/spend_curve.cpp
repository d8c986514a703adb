// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/spend_curve.h"

#include "core/base/error.h"
#include "core/privacy/accountant.h"
#include "core/privacy/composition.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace fedcctr::privacy {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool isPrinted(AccountantKind kind)
{
    return kind == AccountantKind::PaperEq27 || kind == AccountantKind::PaperAppendixA;
}

/// Sampling helps, so that there is no short cut from one number of rounds to the next.
bool isAmplified(const CalibrationProblem& problem, AccountantKind kind)
{
    return problem.plan.amplified() && (kind == AccountantKind::Rdp || kind == AccountantKind::Pld);
}

double sigmaAt(const ScheduleShape& shape, double round)
{
    return shape.sigma0 * std::pow(shape.decay, round);
}

/// Whole numbers from 1 to T, evenly spread.
std::vector<double> spreadRounds(double rounds, std::size_t points)
{
    std::vector<double> spread;
    const double count = std::min(rounds, static_cast<double>(std::max<std::size_t>(points, 1)));
    for (double i = 1; i <= count; ++i)
        spread.push_back(std::floor(rounds * i / count));
    if (!spread.empty() && spread.front() > 1)
        spread.insert(spread.begin(), 1);
    return spread;
}

double participationsAfter(const CalibrationProblem& problem, double rounds)
{
    if (problem.participationsPerRound > 0)
        return std::min(rounds, std::ceil(problem.participationsPerRound * rounds * (1 - 1e-12)));
    return std::min(rounds, problem.shape.participations);
}

/// The sums from which a printed rule's epsilon follows: one for Eq. 27, one per order for Appendix A.
class PrintedSums {
public:
    PrintedSums(const CalibrationProblem& problem, AccountantKind kind)
        : m_problem(problem)
        , m_kind(kind)
        , m_single(problem.order.value_or(2))
    {
        if (kind == AccountantKind::PaperEq27 || problem.order)
            m_orders = std::span(&m_single, 1);
        else
            m_orders = paperOrders();
        m_sums.assign(m_orders.size(), 0.0);
    }
    PrintedSums(const PrintedSums&) = delete;
    PrintedSums& operator=(const PrintedSums&) = delete;

    void add(double sigma)
    {
        for (std::size_t i = 0; i < m_orders.size(); ++i)
            m_sums[i] += m_kind == AccountantKind::PaperEq27
                ? paperEq27Cost(1, sigma, m_problem.plan.rate, m_orders[i])
                : paperAppendixACost(1, sigma, m_problem.plan.rate, m_orders[i]);
    }

    double epsilon() const
    {
        return m_kind == AccountantKind::PaperEq27
            ? m_sums.front()
            : epsilonFromRenyiProp3(m_orders, m_sums, m_problem.delta).epsilon;
    }

private:
    const CalibrationProblem& m_problem;
    AccountantKind m_kind;
    double m_single;
    std::span<const double> m_orders;
    std::vector<double> m_sums;
};

SpendCurve printedCurve(const CalibrationProblem& problem, AccountantKind kind, std::vector<double> rounds)
{
    SpendCurve curve;
    PrintedSums sums(problem, kind);
    auto next = rounds.begin();
    for (double round = 1; round <= problem.shape.rounds; ++round) {
        sums.add(sigmaAt(problem.shape, round - 1));
        const bool wanted = next != rounds.end() && *next == round;
        if (!wanted && curve.refused > 0)
            continue;
        const double epsilon = sums.epsilon();
        if (curve.refused == 0 && epsilon > problem.epsilon)
            curve.refused = round;
        if (wanted) {
            curve.epsilon.push_back(epsilon);
            ++next;
        }
    }
    curve.rounds = std::move(rounds);
    return curve;
}

/// (sensitivity/sigma)^2 summed over the rounds that a training of any length charges.
class GaussianSums {
public:
    explicit GaussianSums(const CalibrationProblem& problem)
        : m_problem(problem)
        , m_chargesAll(problem.plan.adversary == Adversary::ReleasedModel)
    {
        m_prefix.push_back(0);
        for (double round = 0; round < problem.shape.rounds; ++round) {
            const double ratio = problem.plan.sensitivity() / sigmaAt(problem.shape, round);
            m_prefix.push_back(m_prefix.back() + ratio * ratio);
        }
    }

    double after(double rounds) const
    {
        const double charged = m_chargesAll ? rounds : participationsAfter(m_problem, rounds);
        const auto last = static_cast<std::size_t>(rounds);
        const auto first = static_cast<std::size_t>(rounds - charged);
        return m_prefix[last] - m_prefix[first] + m_problem.plan.otherMuSquared;
    }

private:
    const CalibrationProblem& m_problem;
    bool m_chargesAll;
    std::vector<double> m_prefix;
};

/// Rounds are charged more and more, so that the first one too many is found by halving.
double firstAbove(const GaussianSums& sums, double limit, double rounds)
{
    if (sums.after(rounds) <= limit)
        return 0;
    double fits = 0;
    double exceeds = rounds;
    while (exceeds - fits > 1) {
        const double middle = std::floor((fits + exceeds) / 2);
        (sums.after(middle) > limit ? exceeds : fits) = middle;
    }
    return exceeds;
}

SpendCurve gaussianCurve(const CalibrationProblem& problem, AccountantKind kind, std::vector<double> rounds)
{
    SpendCurve curve;
    const bool renyi = kind == AccountantKind::Rdp;
    const double only = problem.order.value_or(0);
    const std::span<const double> orders = problem.order ? std::span(&only, 1) : renyiOrders();
    const GaussianSums sums(problem);
    for (const double round : rounds) {
        const double muSquared = sums.after(round);
        curve.epsilon.push_back(renyi ? gaussianRenyiEpsilon(muSquared, problem.delta, orders).epsilon
                                      : gaussianExactEpsilon(muSquared, problem.delta));
    }
    const double limit = renyi ? gaussianRenyiBudget(problem.epsilon, problem.delta)
                               : gaussianExactBudget(problem.epsilon, problem.delta);
    curve.refused = firstAbove(sums, limit, problem.shape.rounds);
    curve.rounds = std::move(rounds);
    return curve;
}

/// Where the curve crosses the budget, log-linear between its points.
void readOffRefusal(SpendCurve& curve, double budget)
{
    for (std::size_t i = 0; i < curve.epsilon.size(); ++i) {
        if (!(curve.epsilon[i] > budget))
            continue;
        curve.refused = curve.rounds[i];
        if (i == 0 || curve.rounds[i] - curve.rounds[i - 1] <= 1)
            return;
        curve.refusedExactly = false;
        const double low = std::log(std::max(curve.epsilon[i - 1], 1e-300));
        const double share = (std::log(budget) - low) / (std::log(curve.epsilon[i]) - low);
        if (std::isfinite(share))
            curve.refused = std::floor(curve.rounds[i - 1]
                                + std::clamp(share, 0.0, 1.0) * (curve.rounds[i] - curve.rounds[i - 1]))
                + 1;
        curve.refused = std::min(curve.refused, curve.rounds[i]);
        return;
    }
}

std::vector<NoiseLevel> levelsBetween(const ScheduleShape& shape, double from, double to)
{
    if (shape.decay == 1)
        return {{shape.sigma0, to - from}};
    std::vector<NoiseLevel> levels;
    for (double round = from; round < to; ++round)
        levels.push_back({sigmaAt(shape, round), 1});
    // Two nodes between two points of the curve.
    return compressedRounds(levels, 1e3, 2);
}

SpendCurve amplifiedRenyiCurve(
    const CalibrationProblem& problem, std::vector<double> rounds, const std::function<bool()>& cancelled)
{
    SpendCurve curve;
    const double only = problem.order.value_or(0);
    const std::span<const double> orders = problem.order ? std::span(&only, 1) : renyiOrders();
    std::vector<double> sums(orders.size(), 0.0);
    TrainingPlan stretch = problem.plan;
    double done = 0;
    for (const double round : rounds) {
        if (cancelled && cancelled())
            break;
        stretch.rounds = levelsBetween(problem.shape, done, round);
        const std::vector<double> cost = composedRenyi(stretch, orders);
        for (std::size_t i = 0; i < orders.size(); ++i)
            sums[i] += cost[i];
        stretch.otherMuSquared = 0; // charged once
        done = round;
        curve.rounds.push_back(round);
        curve.epsilon.push_back(epsilonFromRenyi(orders, sums, problem.delta).epsilon);
    }
    readOffRefusal(curve, problem.epsilon);
    return curve;
}

/// One question per point.
SpendCurve askedCurve(const CalibrationProblem& problem, AccountantKind kind,
    const std::vector<double>& rounds, const std::function<bool()>& cancelled)
{
    SpendCurve curve;
    for (const double round : rounds) {
        if (cancelled && cancelled())
            break;
        TrainingPlan plan = problem.plan;
        ScheduleShape shape = problem.shape;
        shape.rounds = round;
        shape.participations = participationsAfter(problem, round);
        applySchedule(plan, shape);
        curve.rounds.push_back(round);
        curve.epsilon.push_back(spend(plan, kind, problem.delta, problem.order).epsilon);
    }
    readOffRefusal(curve, problem.epsilon);
    return curve;
}

} // namespace

SpendCurve spendCurve(const CalibrationProblem& problem, AccountantKind kind, std::size_t points,
    const std::function<bool()>& cancelled)
{
    if (const auto reason = incompatibility(problem.plan, kind))
        throw Error(*reason);
    if (kind == AccountantKind::PaperAppendixA && problem.order && *problem.order < 2)
        throw Error("the order of Appendix A has to be 2 or more: below, the printed rule is no upper bound");
    if (!(problem.shape.sigma0 > 0)) {
        SpendCurve curve{spreadRounds(problem.shape.rounds, points), {}, 1, true};
        curve.epsilon.assign(curve.rounds.size(), kInfinity);
        return curve;
    }
    std::vector<double> rounds = spreadRounds(problem.shape.rounds, points);
    if (isPrinted(kind))
        return printedCurve(problem, kind, std::move(rounds));
    if (!isAmplified(problem, kind))
        return gaussianCurve(problem, kind, std::move(rounds));
    if (kind == AccountantKind::Rdp)
        return amplifiedRenyiCurve(problem, std::move(rounds), cancelled);
    return askedCurve(problem, kind, rounds, cancelled);
}

} // namespace fedcctr::privacy
