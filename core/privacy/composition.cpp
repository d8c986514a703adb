// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/composition.h"

#include "core/privacy/sampled_gaussian.h"
#include "core/privacy/without_replacement.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>

namespace fedcctr::privacy {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Fine enough for the bends of the curves, where one term of the moment takes over from another.
constexpr double kFineWidth = 0.01;
constexpr std::size_t kFineNodes = 8;
/// Good enough to find the best order.
constexpr double kCoarseWidth = 0.4;
constexpr std::size_t kCoarseNodes = 4;

std::vector<NoiseLevel> sortedDistinct(std::span<const NoiseLevel> levels)
{
    std::vector<NoiseLevel> sorted(levels.begin(), levels.end());
    std::erase_if(sorted, [](const NoiseLevel& level) { return level.rounds == 0; });
    if (!std::ranges::is_sorted(sorted, std::greater{}, &NoiseLevel::sigma))
        std::ranges::sort(sorted, std::greater{}, &NoiseLevel::sigma);
    std::vector<NoiseLevel> distinct;
    for (const NoiseLevel& level : sorted) {
        if (!distinct.empty() && distinct.back().sigma == level.sigma)
            distinct.back().rounds += level.rounds;
        else
            distinct.push_back(level);
    }
    return distinct;
}

/// Chebyshev nodes over the stretch, with the sums of their Lagrange polynomials over its levels as weights.
void appendNodes(std::span<const NoiseLevel> stretch, std::size_t nodes, std::vector<NoiseLevel>& result)
{
    const double high = std::log(stretch.front().sigma);
    const double low = std::log(stretch.back().sigma);
    std::vector<double> places(nodes);
    std::vector<double> factors(nodes); // barycentric
    for (std::size_t i = 0; i < nodes; ++i) {
        const double angle =
            std::numbers::pi * (2.0 * static_cast<double>(i) + 1) / (2.0 * static_cast<double>(nodes));
        places[i] = std::cos(angle);
        factors[i] = (i % 2 == 0 ? 1 : -1) * std::sin(angle);
    }
    std::vector<double> weights(nodes, 0.0);
    std::vector<double> shares(nodes);
    for (const NoiseLevel& level : stretch) {
        const double x = 2 * (std::log(level.sigma) - low) / (high - low) - 1;
        double sum = 0;
        for (std::size_t i = 0; i < nodes; ++i) {
            const double distance = x - places[i];
            shares[i] = factors[i] / (distance == 0 ? 1e-300 : distance);
            sum += shares[i];
        }
        for (std::size_t i = 0; i < nodes; ++i)
            weights[i] += level.rounds * shares[i] / sum;
    }
    for (std::size_t i = 0; i < nodes; ++i)
        result.push_back({std::exp(low + (places[i] + 1) / 2 * (high - low)), weights[i]});
}

/// The curve of one round at one noise.
using RoundCurve = std::function<std::vector<double>(std::span<const double> orders, double noise)>;

RoundCurve roundCurve(const TrainingPlan& plan, RenyiCurve curve)
{
    const double rate = plan.rate;
    if (plan.sampling == ClientSampling::Fixed && curve == RenyiCurve::Certified)
        return [rate](std::span<const double> orders, double noise) {
            return withoutReplacementRenyi(orders, noise, rate);
        };
    return [rate](std::span<const double> orders, double noise) {
        return sampledGaussianRenyi(orders, noise, rate);
    };
}

std::vector<double> summed(const TrainingPlan& plan, std::span<const NoiseLevel> levels,
    std::span<const double> orders, RenyiCurve curve)
{
    const RoundCurve round = roundCurve(plan, curve);
    std::vector<double> total;
    for (const double order : orders)
        total.push_back(order * plan.otherMuSquared / 2);
    for (const NoiseLevel& level : levels) {
        const std::vector<double> one = round(orders, level.sigma / plan.sensitivity());
        for (std::size_t i = 0; i < orders.size(); ++i)
            total[i] += level.rounds * one[i];
    }
    return total;
}

bool withoutNoise(std::span<const NoiseLevel> levels)
{
    return std::ranges::any_of(
        levels, [](const NoiseLevel& level) { return level.sigma == 0 && level.rounds > 0; });
}

/// Epsilon at each order, looked up when needed.
class EpsilonByOrder {
public:
    EpsilonByOrder(const TrainingPlan& plan, std::span<const NoiseLevel> levels, double delta,
        std::span<const double> orders, RenyiCurve curve)
        : m_plan(plan)
        , m_levels(levels)
        , m_delta(delta)
        , m_orders(orders)
        , m_curve(curve)
    {
    }

    /// The best of the orders from index `first` to before `last`.
    EpsilonAtOrder best(std::size_t first, std::size_t last) const
    {
        const auto orders = m_orders.subspan(first, last - first);
        return epsilonFromRenyi(orders, summed(m_plan, m_levels, orders, m_curve), m_delta);
    }

    /// The best order of all, known to be about the given index.
    EpsilonAtOrder descend(std::size_t near) const
    {
        constexpr std::size_t kStride = 2;
        std::size_t first = near < kStride ? 0 : near - kStride;
        std::size_t last = std::min(m_orders.size(), near + kStride + 1);
        EpsilonAtOrder found = best(first, last);
        while (found.order == m_orders[first] && first > 0) {
            const std::size_t end = first;
            first -= std::min(first, 2 * kStride);
            found = better(found, best(first, end));
        }
        while (found.order == m_orders[last - 1] && last < m_orders.size()) {
            const std::size_t start = last;
            last = std::min(m_orders.size(), last + 2 * kStride);
            found = better(found, best(start, last));
        }
        return found;
    }

private:
    static EpsilonAtOrder better(const EpsilonAtOrder& a, const EpsilonAtOrder& b)
    {
        return b.epsilon < a.epsilon ? b : a;
    }

    const TrainingPlan& m_plan;
    std::span<const NoiseLevel> m_levels;
    double m_delta;
    std::span<const double> m_orders;
    RenyiCurve m_curve;
};

} // namespace

const std::vector<NoiseLevel>& chargedRounds(const TrainingPlan& plan)
{
    return plan.adversary == Adversary::ReleasedModel ? plan.rounds : plan.participations;
}

double muSquaredOf(const TrainingPlan& plan)
{
    double sum = plan.otherMuSquared;
    for (const NoiseLevel& level : chargedRounds(plan)) {
        const double ratio = plan.sensitivity() / level.sigma;
        if (level.rounds > 0)
            sum += level.rounds * ratio * ratio;
    }
    return sum;
}

std::vector<NoiseLevel> compressedRounds(std::span<const NoiseLevel> levels, double width, std::size_t nodes)
{
    const std::vector<NoiseLevel> distinct = sortedDistinct(levels);
    std::vector<NoiseLevel> result;
    for (std::size_t first = 0; first < distinct.size();) {
        const double least = distinct[first].sigma * std::exp(-width);
        std::size_t last = first + 1;
        while (last < distinct.size() && distinct[last].sigma >= least)
            ++last;
        const std::span<const NoiseLevel> stretch(distinct.data() + first, last - first);
        if (stretch.size() <= 2 * nodes)
            result.insert(result.end(), stretch.begin(), stretch.end());
        else
            appendNodes(stretch, nodes, result);
        first = last;
    }
    return result;
}

std::vector<double> composedRenyi(const TrainingPlan& plan, std::span<const double> orders, RenyiCurve curve)
{
    std::vector<double> total;
    if (!plan.amplified()) {
        const double muSquared = muSquaredOf(plan);
        for (const double order : orders)
            total.push_back(order * muSquared / 2);
        return total;
    }
    if (withoutNoise(plan.rounds) && plan.rate > 0)
        return std::vector<double>(orders.size(), kInfinity);
    return summed(plan, compressedRounds(plan.rounds, kFineWidth, kFineNodes), orders, curve);
}

EpsilonAtOrder composedEpsilon(
    const TrainingPlan& plan, double delta, std::span<const double> orders, RenyiCurve curve)
{
    constexpr std::size_t kFew = 16;
    if (!plan.amplified() || withoutNoise(plan.rounds) || orders.size() < kFew)
        return epsilonFromRenyi(orders, composedRenyi(plan, orders, curve), delta);
    const std::vector<NoiseLevel> levels = compressedRounds(plan.rounds, kFineWidth, kFineNodes);
    const EpsilonByOrder fine(plan, levels, delta, orders, curve);
    if (levels.size() < kFew)
        return fine.best(0, orders.size());
    const std::vector<NoiseLevel> few = compressedRounds(plan.rounds, kCoarseWidth, kCoarseNodes);
    const EpsilonAtOrder about = EpsilonByOrder(plan, few, delta, orders, curve).best(0, orders.size());
    return fine.descend(static_cast<std::size_t>(std::ranges::find(orders, about.order) - orders.begin()));
}

} // namespace fedcctr::privacy
