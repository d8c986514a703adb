// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/loss_distribution.h"

#include "core/base/error.h"
#include "core/privacy/composition.h"
#include "core/privacy/loss_sum.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace fedcctr::privacy {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// Distinct noise levels that are composed one by one; where there are more, they are grouped.
constexpr std::size_t kMostLevels = 256;
constexpr std::size_t kGroupedLevels = 128;
/// Levels of the look ahead that chooses the grid.
constexpr std::size_t kFewLevels = 24;

/// How much work a grid may make: it is coarsened until it fits.
struct Limits {
    double cells = 0; ///< grid points of all levels together
    double window = 0; ///< of the sum
};

/// To find out which grid is fine enough.
constexpr Limits kLook{1e6, 1 << 17};

Limits answerLimits(std::size_t levels)
{
    constexpr double kMostCells = 8e6;
    constexpr double kMostWindow = 1 << 21;
    constexpr double kMostWork = 2e7;
    return {kMostCells, std::min(kMostWindow, kMostWork / static_cast<double>(levels))};
}

/// A group of levels as two of them, about half of the rounds each, with the same mean and variance of ln
/// sigma: the sum over the group of a function as smooth as a cumulant changes in the fourth order of the
/// group's width only.
void appendPair(std::span<const NoiseLevel> group, std::vector<NoiseLevel>& result)
{
    double rounds = 0;
    double mean = 0;
    double square = 0;
    const double origin = std::log(group.front().sigma);
    for (const NoiseLevel& level : group) {
        const double place = std::log(level.sigma) - origin;
        rounds += level.rounds;
        mean += level.rounds * place;
        square += level.rounds * place * place;
    }
    mean /= rounds;
    const double spread = std::sqrt(std::max(0.0, square / rounds - mean * mean));
    const double low = std::ceil(rounds / 2);
    const double high = rounds - low;
    if (high > 0)
        result.push_back({std::exp(origin + mean + spread * std::sqrt(low / high)), high});
    result.push_back({std::exp(origin + mean - spread * std::sqrt(high / low)), low});
}

/// At most about `most` levels, by grouping neighbours in ln sigma.
std::vector<NoiseLevel> grouped(const std::vector<NoiseLevel>& levels, std::size_t most)
{
    if (levels.size() <= most)
        return levels;
    const double range = std::log(levels.front().sigma / levels.back().sigma);
    const double width = 2 * range / static_cast<double>(most);
    std::vector<NoiseLevel> result;
    for (std::size_t first = 0; first < levels.size();) {
        const double least = levels[first].sigma * std::exp(-width);
        std::size_t last = first + 1;
        while (last < levels.size() && levels[last].sigma >= least)
            ++last;
        appendPair(std::span(levels).subspan(first, last - first), result);
        first = last;
    }
    return result;
}

/// What a grid is made for.
struct Target {
    double delta = 0; ///< smallest probability that matters
    double step = 0;
};

/// The two directions, each as a sum over the rounds.
struct Directions {
    LossSum remove;
    LossSum add;
};

double roundsOf(const std::vector<NoiseLevel>& levels)
{
    double rounds = 0;
    for (const NoiseLevel& level : levels)
        rounds += level.rounds;
    return rounds;
}

Directions discretised(
    const TrainingPlan& plan, const std::vector<NoiseLevel>& levels, Target target, Limits limits)
{
    // The cut probability of all rounds together is a millionth of delta.
    const double reach = std::sqrt(2 * std::log(1e6 * (roundsOf(levels) + 1) / target.delta));
    double cells = 0;
    for (const NoiseLevel& level : levels)
        cells += LossGrid(target.step, plan.rate, reach, level.sigma).cells(level.sigma);
    double step = target.step * std::max(1.0, cells / limits.cells);
    const auto build = [&] {
        LossGrid grid(step, plan.rate, reach, levels.back().sigma);
        std::vector<LossMasses> remove;
        std::vector<LossMasses> add;
        for (const NoiseLevel& level : levels) {
            remove.push_back(grid.masses(level.sigma, level.rounds));
            add.push_back(grid.reversed(remove.back()));
        }
        if (plan.otherMuSquared > 0) {
            const double noise = 1 / std::sqrt(plan.otherMuSquared);
            LossGrid plain(step, 1, reach, noise);
            remove.push_back(plain.masses(noise, 1));
            add.push_back(plain.reversed(remove.back()));
        }
        return Directions{LossSum(step, std::move(remove)), LossSum(step, std::move(add))};
    };
    Directions result = build();
    const double window = result.remove.windowCells();
    if (window <= limits.window)
        return result;
    step *= window / limits.window;
    return build();
}

/// Rounding to a grid raises the cumulant at the tilt by at most rounds tilt (tilt + 1) step^2 / 12: a step
/// for which epsilon rises by about 1e-4 of itself.
double stepFor(double rounds, double epsilon, double tilt)
{
    return std::sqrt(12 * 1e-4 * epsilon / (rounds * (tilt + 1)));
}

/// Standard deviation of one round's loss, about.
double typicalLoss(const TrainingPlan& plan, double rounds)
{
    const double order = 1.1;
    return std::sqrt(2 * composedRenyi(plan, std::span(&order, 1)).front() / rounds);
}

TrainingPlan withLevels(TrainingPlan plan, const std::vector<NoiseLevel>& levels)
{
    plan.rounds = levels;
    for (NoiseLevel& level : plan.rounds)
        level.sigma *= plan.sensitivity();
    return plan;
}

} // namespace

LossDistribution::LossDistribution(const TrainingPlan& plan)
    : m_plan(plan)
{
    if (!plan.amplified())
        return;
    if (plan.sampling != ClientSampling::Poisson)
        throw Error("the accountant pld does not know sampling without replacement; use poisson sampling or "
                    "the accountant rdp");
    m_levels = compressedRounds(plan.rounds, 0, plan.rounds.size());
    for (NoiseLevel& level : m_levels)
        level.sigma /= plan.sensitivity();
    if (m_levels.size() > kMostLevels && m_levels.back().sigma > 0)
        m_levels = grouped(m_levels, kGroupedLevels);
}

bool LossDistribution::isGaussian() const
{
    return !m_plan.amplified() || m_plan.rate == 0 || m_levels.empty();
}

double LossDistribution::epsilonAt(double delta) const
{
    if (isGaussian())
        return gaussianExactEpsilon(m_plan.amplified() ? m_plan.otherMuSquared : muSquaredOf(m_plan), delta);
    if (m_levels.back().sigma == 0)
        return kInfinity;
    const double rounds = roundsOf(m_levels) + 1;
    const std::vector<NoiseLevel> few = grouped(m_levels, kFewLevels);
    const EpsilonAtOrder bound = composedEpsilon(withLevels(m_plan, few), delta, renyiOrders());
    double epsilon = bound.epsilon;
    double tilt = bound.order - 1;
    const double least = 0.004 * typicalLoss(m_plan, rounds);
    const auto step = [&] { return std::max(least, stepFor(rounds, epsilon, tilt)); };
    // The Renyi bound may be far above; look closer until the answer fits the grid.
    constexpr int kMostLooks = 6;
    for (int look = 0; look < kMostLooks && epsilon > 0; ++look) {
        const double before = epsilon;
        const Directions about = discretised(m_plan, few, {delta, step()}, kLook);
        tilt = about.remove.tiltFor(delta);
        epsilon = std::max(about.remove.epsilonAt(delta), about.add.epsilonAt(delta));
        if (epsilon > 0.7 * before)
            break;
    }
    if (epsilon == 0)
        return 0;
    const Directions whole = discretised(m_plan, m_levels, {delta, step()}, answerLimits(m_levels.size()));
    return std::max(whole.remove.epsilonAt(delta), whole.add.epsilonAt(delta));
}

double LossDistribution::deltaAt(double epsilon) const
{
    if (isGaussian())
        return gaussianDelta(m_plan.amplified() ? m_plan.otherMuSquared : muSquaredOf(m_plan), epsilon);
    if (m_levels.back().sigma == 0)
        return 1;
    // The Renyi bound says how small a probability matters, and which tilt.
    const std::vector<double> rdp =
        composedRenyi(withLevels(m_plan, grouped(m_levels, kFewLevels)), renyiOrders());
    double logDelta = 0;
    double tilt = 0.5;
    for (std::size_t i = 0; i < rdp.size(); ++i) {
        const double extra = renyiOrders()[i] - 1;
        if (extra * (rdp[i] - epsilon) < logDelta) {
            logDelta = extra * (rdp[i] - epsilon);
            tilt = extra;
        }
    }
    constexpr double kLeastLog = -600;
    if (logDelta < kLeastLog - 100)
        return 0;
    const double rounds = roundsOf(m_levels) + 1;
    const double typical = typicalLoss(m_plan, rounds);
    const double step =
        std::clamp(std::sqrt(12 * 1e-3 / (rounds * tilt * (tilt + 1))), 0.004 * typical, 0.05 * typical);
    const double least = std::exp(std::max(kLeastLog, logDelta) - 10);
    const Directions whole = discretised(m_plan, m_levels, {least, step}, answerLimits(m_levels.size()));
    return std::max(whole.remove.deltaAt(epsilon), whole.add.deltaAt(epsilon));
}

} // namespace fedcctr::privacy
