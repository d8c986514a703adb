// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/loss_sum.h"

#include "core/privacy/spectrum.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace fedcctr::privacy {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// What lies outside of the window is less than e^-kBeyond of the tilted distribution.
constexpr double kBeyond = 36;

} // namespace

/// The distribution of the sum, weighted by exp(tilt * L) and divided by the generating function.
struct LossSum::Tilted {
    double tilt = 0;
    Cumulant at;
    long first = 0; ///< grid point of the first mass
    std::vector<double> mass;
    double lost = 0; ///< untilted mass above the window, at most
};

LossSum::LossSum(double step, std::vector<LossMasses> rounds)
    : m_step(step)
    , m_rounds(std::move(rounds))
{
    for (const LossMasses& round : m_rounds) {
        m_lowest += round.rounds * static_cast<double>(round.first);
        m_highest += round.rounds * static_cast<double>(round.last());
        m_infinite += round.rounds * round.infinite;
    }
}

Cumulant LossSum::cumulant(double tilt) const
{
    std::size_t longest = 0;
    for (const LossMasses& round : m_rounds)
        longest = std::max(longest, round.mass.size());
    // Weights from the highest loss downwards, or from the lowest upwards: none is above 1.
    const bool downwards = tilt >= 0;
    std::vector<double> weights(longest);
    for (std::size_t k = 0; k < longest; ++k)
        weights[k] = std::exp(-std::abs(tilt) * m_step * static_cast<double>(k));
    Cumulant result;
    for (const LossMasses& round : m_rounds) {
        double sum = 0;
        double first = 0;
        double second = 0;
        const std::size_t count = round.mass.size();
        for (std::size_t k = 0; k < count; ++k) {
            const double mass = round.mass[downwards ? count - 1 - k : k] * weights[k];
            const double place = static_cast<double>(k);
            sum += mass;
            first += mass * place;
            second += mass * place * place;
        }
        const double mean = first / sum;
        const double end = static_cast<double>(downwards ? round.last() : round.first);
        result.value += round.rounds * (tilt * m_step * end + std::log(sum));
        result.mean += round.rounds * m_step * (end + (downwards ? -mean : mean));
        result.variance += round.rounds * m_step * m_step * std::max(0.0, second / sum - mean * mean);
    }
    return result;
}

/// The tilt from 0 at which the rising function crosses 0; `rising(tilt)` returns its value and slope.
template <typename Function> double LossSum::risingRoot(Function rising) const
{
    const Cumulant plain = cumulant(0);
    double low = 0;
    double high = kInfinity;
    double tilt = 1 / (std::sqrt(plain.variance) + m_step);
    for (int step = 0; step < 100; ++step) {
        const auto [value, slope] = rising(tilt);
        (value < 0 ? low : high) = tilt;
        double next = tilt - value / slope;
        if (!(next > low && next < high) || !std::isfinite(next))
            next = std::isinf(high) ? 4 * tilt : low + (high - low) / 2;
        next = std::min(next, 8 * tilt);
        if (std::abs(next - tilt) < 1e-4 * tilt || next * m_step > 40)
            return next;
        tilt = next;
    }
    return tilt;
}

double LossSum::tiltFor(double delta) const
{
    const double logDelta = std::log(delta);
    return risingRoot([&](double tilt) {
        const Cumulant at = cumulant(tilt);
        return std::pair(tilt * at.mean - at.value + logDelta, tilt * at.variance);
    });
}

double LossSum::tiltForMean(double mean) const
{
    if (cumulant(0).mean >= mean)
        return 0;
    return risingRoot([&](double tilt) {
        const Cumulant at = cumulant(tilt);
        return std::pair(at.mean - mean, at.variance);
    });
}

/// A loss beyond which the tilted sum has a probability of at most e^-kBeyond: Chernoff's bound at about the
/// best further tilt. `side` 1: above, -1: below.
double LossSum::reach(double tilt, const Cumulant& at, int side) const
{
    const auto bound = [&](double further) {
        return side * (cumulant(tilt + side * further).value - at.value + kBeyond) / further;
    };
    const double spread = std::sqrt(at.variance) + m_step;
    const double enough = 1.2 * std::sqrt(2 * kBeyond) * spread; // little more than for a Gaussian
    double further = std::sqrt(2 * kBeyond) / spread;
    double best = bound(further);
    // The heavier the tail, the less of a tilt it takes.
    constexpr int kMostSteps = 40;
    for (int step = 0; step < kMostSteps && std::abs(best - at.mean) > enough; ++step) {
        further /= 2;
        const double tried = bound(further);
        if (side * tried >= side * best)
            break;
        best = tried;
    }
    return best;
}

double LossSum::windowCells() const
{
    return 2 * std::sqrt(2 * kBeyond * cumulant(0).variance) / m_step;
}

LossSum::Tilted LossSum::tilted(double tilt) const
{
    Tilted result;
    result.tilt = tilt;
    result.at = cumulant(tilt);
    const double high = reach(tilt, result.at, 1) / m_step + 1;
    const double low = std::max(m_lowest, std::floor(reach(tilt, result.at, -1) / m_step));
    if (high < m_highest)
        result.lost = std::exp(result.at.value - tilt * high * m_step - kBeyond);
    Spectrum spectrum(static_cast<std::size_t>(std::max(1.0, std::min(high, m_highest) - low + 1)));
    for (const LossMasses& round : m_rounds) {
        spectrum.clear();
        const double top = static_cast<double>(round.last());
        double sum = 0;
        std::vector<double> weighted(round.mass.size());
        for (std::size_t i = 0; i < weighted.size(); ++i) {
            const double below = top - static_cast<double>(round.first) - static_cast<double>(i);
            weighted[i] = round.mass[i] * std::exp(-tilt * m_step * below);
            sum += weighted[i];
        }
        for (std::size_t i = 0; i < weighted.size(); ++i)
            spectrum.add(round.first + static_cast<long>(i), weighted[i] / sum);
        spectrum.multiply(round.rounds);
    }
    result.first = static_cast<long>(low);
    result.mass = spectrum.result(result.first);
    return result;
}

double LossSum::epsilonAt(double delta) const
{
    const double left = delta - m_infinite;
    if (left <= 0)
        return kInfinity;
    double tilt = tiltFor(delta);
    for (;; tilt /= 2) {
        const Tilted sum = tilted(tilt);
        const double center = std::max(0.0, sum.at.mean);
        const double scale = std::exp(sum.at.value - tilt * center);
        const double wanted = (left - sum.lost) / scale;
        double above = 0; // sum of e^(-tilt (L - center)) over the losses above
        double other = 0; // of e^(-tilt (L - center)) e^(next - L)
        for (auto i = static_cast<long>(sum.mass.size()) - 1; i >= 0; --i) {
            const double place = static_cast<double>(sum.first + i) * m_step;
            // Between this grid point and the next one, delta is above - other e^(epsilon - next).
            if (above - other * std::exp(-m_step) > wanted)
                return std::max({0.0, place, place + m_step + std::log((above - wanted) / other)});
            other *= std::exp(-m_step);
            if (place < 0)
                return 0;
            const double mass = sum.mass[static_cast<std::size_t>(i)];
            const double weighted = mass == 0 ? 0 : mass * std::exp(-tilt * (place - center));
            above += weighted;
            other += weighted;
        }
        const double lowest = std::max(0.0, static_cast<double>(sum.first) * m_step);
        if (lowest == 0 || tilt < 1e-12)
            return lowest;
    }
}

double LossSum::deltaAt(double epsilon) const
{
    if (epsilon >= m_highest * m_step)
        return m_infinite;
    const Tilted sum = tilted(tiltForMean(epsilon));
    const double scale = std::exp(sum.at.value - sum.tilt * epsilon);
    double above = 0;
    for (std::size_t i = 0; i < sum.mass.size(); ++i) {
        const double distance = static_cast<double>(sum.first + static_cast<long>(i)) * m_step - epsilon;
        if (distance > 0)
            above += sum.mass[i] * std::exp(-sum.tilt * distance) * -std::expm1(-distance);
    }
    return std::min(1.0, scale * above + sum.lost + m_infinite);
}

} // namespace fedcctr::privacy
