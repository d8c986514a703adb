// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/spend_curve.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <span>

namespace fedcctr::privacy {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

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

/// The sums over the rounds that a training of a growing length charges: a window that ends with its last
/// round and whose ends only move forward.
class GrowingSums {
public:
    GrowingSums(
        const CalibrationProblem& problem, const AccountantInfo& accountant, const SumAccount& account)
        : m_problem(problem)
        , m_chargesAll(accountant.printed || problem.plan.adversary == Adversary::ReleasedModel)
        , m_account(account)
        , m_end(account.values().size(), 0.0)
        , m_start(m_end)
        , m_now(account.values().begin(), account.values().end())
    {
    }

    /// To the training that is one round longer.
    void grow()
    {
        m_account.charge(m_end, {sigmaAt(m_problem.shape, m_rounds), 1});
        ++m_rounds;
        const double charged = m_chargesAll ? m_rounds : participationsAfter(m_problem, m_rounds);
        for (; m_left < m_rounds - charged; ++m_left)
            m_account.charge(m_start, {sigmaAt(m_problem.shape, m_left), 1});
        for (std::size_t i = 0; i < m_now.size(); ++i)
            m_now[i] = m_end[i] - m_start[i] + m_account.values()[i];
    }

    std::span<const double> now() const { return m_now; }

private:
    const CalibrationProblem& m_problem;
    bool m_chargesAll;
    const SumAccount& m_account;
    double m_rounds = 0;
    double m_left = 0; ///< rounds before the window
    std::vector<double> m_end; ///< sums up to the window's end
    std::vector<double> m_start; ///< sums up to its start
    std::vector<double> m_now;
};

SpendCurve summedCurve(const CalibrationProblem& problem, const AccountantInfo& accountant,
    const SumAccount& account, std::vector<double> rounds)
{
    SpendCurve curve;
    GrowingSums sums(problem, accountant, account);
    const SumBudget budget(account, problem.epsilon, problem.delta);
    auto next = rounds.begin();
    for (double round = 1; round <= problem.shape.rounds; ++round) {
        sums.grow();
        if (curve.refused == 0 && budget.isExceededBy(sums.now()))
            curve.refused = round;
        if (next == rounds.end() || *next != round)
            continue;
        curve.epsilon.push_back(account.epsilonOf(sums.now(), problem.delta).epsilon);
        ++next;
    }
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

void addBetween(Account& account, const ScheduleShape& shape, double from, double to)
{
    if (shape.decay == 1) {
        account.add({shape.sigma0, to - from});
        return;
    }
    for (double round = from; round < to; ++round)
        account.add({sigmaAt(shape, round), 1});
}

/// Where sampling hides the client, so that all rounds are charged.
SpendCurve askedCurve(const CalibrationProblem& problem, Account& account, const std::vector<double>& rounds,
    const std::function<bool()>& cancelled)
{
    SpendCurve curve;
    double done = 0;
    for (const double round : rounds) {
        if (cancelled && cancelled())
            break;
        addBetween(account, problem.shape, done, round);
        account.settle();
        done = round;
        curve.rounds.push_back(round);
        curve.epsilon.push_back(account.epsilon(problem.delta).epsilon);
    }
    readOffRefusal(curve, problem.epsilon);
    return curve;
}

} // namespace

SpendCurve spendCurve(const CalibrationProblem& problem, const AccountantInfo& accountant, std::size_t points,
    const std::function<bool()>& cancelled)
{
    // Without rounds, which are added here.
    const std::unique_ptr<Account> account = accountOf(problem.plan, accountant, problem.order);
    std::vector<double> rounds = spreadRounds(problem.shape.rounds, points);
    if (!(problem.shape.sigma0 > 0)) {
        SpendCurve curve{std::move(rounds), {}, 1, true};
        curve.epsilon.assign(curve.rounds.size(), kInfinity);
        return curve;
    }
    if (const SumAccount* sums = account->sums())
        return summedCurve(problem, accountant, *sums, std::move(rounds));
    return askedCurve(problem, *account, rounds, cancelled);
}

} // namespace fedcctr::privacy
