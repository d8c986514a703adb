// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/loss_grid.h"

#include "core/privacy/accountant.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace fedcctr::privacy {

namespace {

/// Gauss-Legendre on [0, 1].
struct GaussPoint {
    double place;
    double weight;
};
constexpr std::array<GaussPoint, 3> kGauss3{
    {{0.11270166537925831, 5.0 / 18}, {0.5, 8.0 / 18}, {0.88729833462074169, 5.0 / 18}}};
constexpr std::array<GaussPoint, 5> kGauss5{{{0.046910077030668004, 0.11846344252809454},
    {0.23076534494715845, 0.23931433524968323}, {0.5, 0.28444444444444444},
    {0.76923465505284155, 0.23931433524968323}, {0.953089922969332, 0.11846344252809454}}};

const double kDensity = 1 / std::sqrt(2 * std::numbers::pi);

} // namespace

LossGrid::LossGrid(double step, double rate, double reach, double leastNoise)
    : m_step(step)
    , m_rate(rate)
    , m_reach(reach)
    , m_shares{sharesAt(kGauss3[0].place * step), sharesAt(kGauss3[1].place * step),
          sharesAt(kGauss3[2].place * step)}
    , m_firstCell(static_cast<long>(std::floor(loss(lowest(leastNoise), leastNoise) / step)) + 1)
{
    // The losses are above ln(1 - q); within ten cells of it they are too steep for three points a cell.
    constexpr long kSteepCells = 10;
    if (rate < 1)
        m_firstCell =
            std::max(m_firstCell, static_cast<long>(std::floor(std::log1p(-rate) / step)) + 1 + kSteepCells);
}

double LossGrid::loss(double u, double noise) const
{
    const double t = u / noise - 0.5 / (noise * noise);
    if (m_rate == 1)
        return t;
    const double logRate = std::log(m_rate);
    if (t + logRate < 20 && t < 700)
        return std::log1p(m_rate * std::expm1(t));
    return t + logRate + std::log1p((1 - m_rate) / m_rate * std::exp(-t));
}

double LossGrid::logOdds(double loss) const
{
    if (m_rate == 1)
        return loss;
    if (loss < 30)
        return std::log1p(std::expm1(loss) / m_rate);
    return loss - std::log(m_rate) + std::log1p(-(1 - m_rate) * std::exp(-loss));
}

double LossGrid::lowest(double noise) const
{
    return m_rate == 1 ? 1 / noise - m_reach : -m_reach;
}

double LossGrid::highest(double noise) const
{
    return 1 / noise + m_reach;
}

double LossGrid::cells(double noise) const
{
    return (loss(highest(noise), noise) - loss(lowest(noise), noise)) / m_step + 2;
}

void LossGrid::extendTo(long cell)
{
    for (long next = m_firstCell + static_cast<long>(m_edges.size()); next <= cell; ++next) {
        const double top = static_cast<double>(next) * m_step;
        m_edges.push_back(logOdds(top));
        for (const GaussPoint& point : kGauss3) {
            const double loss = top - (1 - point.place) * m_step;
            m_nodes.push_back(
                {logOdds(loss), loss, m_rate == 1 ? 1 : 1 / -std::expm1(std::log1p(-m_rate) - loss)});
        }
    }
}

/// How a mass `above` the lower end of its cell is split, for either distribution so that both keep theirs.
/// Each share is computed by itself: on a coarse grid they are of very different size.
LossGrid::Shares LossGrid::sharesAt(double above) const
{
    const double all = std::expm1(-m_step);
    const double low = std::clamp(above, 0.0, m_step);
    const double left = std::expm1(low - m_step) / all;
    const double right = std::expm1(-low) / all;
    return {left * std::exp(-low), right, left, right * std::exp(low - m_step)};
}

void LossGrid::deposit(LossMasses& masses, long cell, const Shares& shares, double mass, double other)
{
    const auto index = static_cast<std::size_t>(cell - masses.first);
    masses.mass[index - 1] += mass * shares.left;
    masses.mass[index] += mass * shares.right;
    masses.other[index - 1] += other * shares.otherLeft;
    masses.other[index] += other * shares.otherRight;
}

/// Integrates over u in pieces.
void LossGrid::depositPanels(LossMasses& masses, long cell, double from, double to, double noise) const
{
    constexpr double kPanel = 0.25;
    const double bottom = static_cast<double>(cell - 1) * m_step;
    const auto panels = static_cast<int>(std::ceil((to - from) / kPanel));
    const double width = (to - from) / panels;
    for (int panel = 0; panel < panels; ++panel)
        for (const GaussPoint& point : kGauss5) {
            const double u = from + (panel + point.place) * width;
            const double l = loss(u, noise);
            const double weight = kDensity * point.weight * width;
            deposit(masses, cell, sharesAt(l - bottom), weight * std::exp(l - u * u / 2),
                weight * std::exp(-u * u / 2));
        }
}

/// The same with three points in L: its density is exp(L - u^2/2) z ratio / sqrt(2 pi).
void LossGrid::depositCell(LossMasses& masses, long cell, double noise) const
{
    const double shift = 0.5 / noise;
    const Node* node = &m_nodes[3 * static_cast<std::size_t>(cell - m_firstCell)];
    for (std::size_t i = 0; i < kGauss3.size(); ++i, ++node) {
        const double u = noise * node->log + shift;
        const double weight = kDensity * kGauss3[i].weight * m_step * noise * node->ratio;
        deposit(masses, cell, m_shares[i], weight * std::exp(node->loss - u * u / 2),
            weight * std::exp(-u * u / 2));
    }
}

/// What lies above the grid goes to its last point, as far as the other distribution has it there too, else
/// to infinity.
void LossGrid::depositAbove(LossMasses& masses, double noise) const
{
    const double top = static_cast<double>(masses.last()) * m_step;
    const double u = noise * logOdds(top) + 0.5 / noise;
    const double without = logNormalCdf(-u);
    const double with = (1 - m_rate) * std::exp(without) + m_rate * std::exp(logNormalCdf(1 / noise - u));
    const double there = std::min(with, std::exp(without + top));
    masses.mass.back() += there;
    masses.other.back() += std::min(std::exp(without), there * std::exp(-top));
    masses.infinite = with - there;
}

LossMasses LossGrid::masses(double noise, double rounds)
{
    const double low = lowest(noise);
    const long bottom = static_cast<long>(std::floor(loss(low, noise) / m_step));
    const long top = std::max(bottom + 1, static_cast<long>(std::ceil(loss(highest(noise), noise) / m_step)));
    const std::vector<double> nothing(static_cast<std::size_t>(top - bottom + 1), 0.0);
    LossMasses result{bottom, nothing, nothing, 0, rounds};
    extendTo(top);
    double from = low;
    constexpr double kSmall = 0.3;
    for (long cell = bottom + 1; cell <= top; ++cell) {
        const bool known = cell >= m_firstCell;
        const double odds = known ? m_edges[static_cast<std::size_t>(cell - m_firstCell)]
                                  : logOdds(static_cast<double>(cell) * m_step);
        const double to = noise * odds + 0.5 / noise;
        const double wide = (to - from) * (1 + std::max(std::abs(from), std::abs(to)));
        // The first cell begins within a grid cell.
        if (cell == bottom + 1 || !known || wide > kSmall)
            depositPanels(result, cell, from, to, noise);
        else
            depositCell(result, cell, noise);
        from = to;
    }
    // What lies below the reach is rounded up.
    const double below = std::exp(logNormalCdf(m_rate == 1 ? low - 1 / noise : low));
    result.mass.front() += below;
    result.other.front() += below;
    depositAbove(result, noise);
    return result;
}

LossMasses LossGrid::reversed(const LossMasses& masses) const
{
    if (m_rate == 1) // the pair is symmetric
        return masses;
    LossMasses result{-masses.last(), std::vector<double>(masses.other.rbegin(), masses.other.rend()),
        std::vector<double>(masses.mass.rbegin(), masses.mass.rend()), 0, masses.rounds};
    // Far below, what underflows would leave nothing at the end of the support.
    const auto some = std::ranges::find_if(result.mass, [](double mass) { return mass > 1e-290; });
    const auto empty = some - result.mass.begin();
    result.mass.erase(result.mass.begin(), some);
    result.other.erase(result.other.begin(), result.other.begin() + empty);
    result.first += empty;
    return result;
}

} // namespace fedcctr::privacy
