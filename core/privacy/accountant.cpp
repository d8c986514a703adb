// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/accountant.h"

#include "core/privacy/root.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace fedcctr::privacy {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<double> makeOrders()
{
    std::vector<double> orders;
    for (int tenth = 11; tenth < 110; ++tenth)
        orders.push_back(tenth / 10.0);
    for (int order = 11; order < 64; ++order)
        orders.push_back(order);
    // Tiny costs are best converted at huge orders.
    for (int power = 7; power <= 16; ++power)
        orders.push_back(std::ldexp(1.0, power));
    return orders;
}

/// ln(1 + rho^2 (exp(factor theta^2 / sigma^2) - 1)) / (order - 1), the form of Eq. 27 and Eq. 38.
double printedCost(double clipNorm, double sigma, double rate, double order, double factor)
{
    if (rate == 0 || clipNorm == 0)
        return 0;
    if (sigma == 0)
        return kInfinity;
    const double ratio = clipNorm / sigma;
    const double exponent = factor * ratio * ratio;
    const double square = rate * rate;
    constexpr double kFarFromOverflow = 500;
    if (exponent < kFarFromOverflow)
        return std::log1p(square * std::expm1(exponent)) / (order - 1);
    // ln((1 - rho^2) + rho^2 e^x) = x + ln(rho^2 + (1 - rho^2) e^-x)
    return (exponent + std::log(square + (1 - square) * std::exp(-exponent))) / (order - 1);
}

/// The least of the epsilons that `convert(order, rdp)` gives.
template <typename Convert>
EpsilonAtOrder leastEpsilon(std::span<const double> orders, std::span<const double> rdp, Convert convert)
{
    EpsilonAtOrder best{kInfinity, 0};
    for (std::size_t i = 0; i < orders.size(); ++i) {
        // Without divergence the two distributions are one.
        const double epsilon = rdp[i] == 0 ? 0 : convert(orders[i], rdp[i]);
        if (epsilon < best.epsilon)
            best = {std::max(0.0, epsilon), orders[i]};
    }
    return best;
}

/// The point in (low, high) where the falling function crosses zero, by bisection to the last bit that
/// matters.
template <typename Function> double bisect(double low, double high, Function falling)
{
    for (int step = 0; step < 200 && high - low > 1e-15 * std::max(1e-300, std::abs(high)); ++step) {
        const double middle = low + (high - low) / 2;
        (falling(middle) > 0 ? low : high) = middle;
    }
    return high;
}

/// The least delta at which the Renyi curve gives epsilon. `gain(order)` is what the conversion has beyond
/// (a - 1) (rdp - epsilon).
template <typename Gain>
double leastDelta(std::span<const double> orders, std::span<const double> rdp, double epsilon, Gain gain)
{
    // Without divergence the two distributions are one.
    if (std::ranges::all_of(rdp, [](double cost) { return cost == 0; }))
        return 0;
    double least = 0; // ln 1
    for (std::size_t i = 0; i < orders.size(); ++i)
        least = std::min(least, (orders[i] - 1) * (rdp[i] - epsilon) + gain(orders[i]));
    return std::exp(least);
}

} // namespace

double paperEq27Cost(double clipNorm, double sigma, double rate, double order)
{
    return printedCost(clipNorm, sigma, rate, order, order - 1);
}

double paperAppendixACost(double clipNorm, double sigma, double rate, double order)
{
    return printedCost(clipNorm, sigma, rate, order, 2 * order * (order - 1));
}

std::span<const double> paperOrders()
{
    static constexpr std::array<double, 6> kOrders{2, 4, 8, 16, 32, 64};
    return kOrders;
}

std::span<const double> renyiOrders()
{
    static const std::vector<double> kOrders = makeOrders();
    return kOrders;
}

EpsilonAtOrder epsilonFromRenyi(std::span<const double> orders, std::span<const double> rdp, double delta)
{
    const double logDelta = std::log(delta);
    return leastEpsilon(orders, rdp, [logDelta](double order, double cost) {
        return cost + std::log1p(-1 / order) - (logDelta + std::log(order)) / (order - 1);
    });
}

EpsilonAtOrder epsilonFromRenyiProp3(
    std::span<const double> orders, std::span<const double> rdp, double delta)
{
    const double logDelta = std::log(delta);
    return leastEpsilon(
        orders, rdp, [logDelta](double order, double cost) { return cost - logDelta / (order - 1); });
}

double deltaFromRenyi(std::span<const double> orders, std::span<const double> rdp, double epsilon)
{
    return leastDelta(orders, rdp, epsilon,
        [](double order) { return (order - 1) * std::log1p(-1 / order) - std::log(order); });
}

double deltaFromRenyiProp3(std::span<const double> orders, std::span<const double> rdp, double epsilon)
{
    return leastDelta(orders, rdp, epsilon, [](double) { return 0.0; });
}

EpsilonAtOrder gaussianRenyiEpsilon(double muSquared, double delta, std::span<const double> orders)
{
    if (muSquared == 0)
        return {0, orders.back()};
    std::vector<double> rdp;
    rdp.reserve(orders.size());
    for (const double order : orders)
        rdp.push_back(order * muSquared / 2);
    return epsilonFromRenyi(orders, rdp, delta);
}

double logNormalCdf(double x)
{
    if (x > -30)
        return x < 0 ? std::log(0.5 * std::erfc(-x / std::numbers::sqrt2))
                     : std::log1p(-0.5 * std::erfc(x / std::numbers::sqrt2));
    // Asymptotic series of the Mills ratio; at x = -30 its next term is below 1e-15.
    const double z = 1 / (x * x);
    const double series = 1 - z * (1 - 3 * z * (1 - 5 * z * (1 - 7 * z * (1 - 9 * z))));
    return -x * x / 2 - std::log(-x) - 0.5 * std::log(2 * std::numbers::pi) + std::log(series);
}

double gaussianLogDelta(double muSquared, double epsilon)
{
    if (muSquared == 0)
        return -kInfinity;
    const double mu = std::sqrt(muSquared);
    const double first = logNormalCdf(mu / 2 - epsilon / mu);
    const double second = epsilon + logNormalCdf(-mu / 2 - epsilon / mu);
    const double difference = second - first;
    return difference >= 0 ? -kInfinity : first + std::log(-std::expm1(difference));
}

double gaussianDelta(double muSquared, double epsilon)
{
    return std::exp(gaussianLogDelta(muSquared, epsilon));
}

double gaussianExactEpsilon(double muSquared, double delta)
{
    const double logDelta = std::log(delta);
    if (muSquared == 0 || gaussianLogDelta(muSquared, 0) <= logDelta)
        return 0;
    if (delta == 0 || std::isinf(muSquared))
        return kInfinity;
    // The Renyi bound is valid, hence an upper end.
    const double high = gaussianRenyiEpsilon(muSquared, delta).epsilon;
    return bisect(0, high, [&](double epsilon) { return gaussianLogDelta(muSquared, epsilon) - logDelta; });
}

double gaussianRenyiBudget(double epsilon, double delta)
{
    return largestArgument(
        epsilon, [delta](double muSquared) { return gaussianRenyiEpsilon(muSquared, delta).epsilon; });
}

double gaussianExactBudget(double epsilon, double delta)
{
    return largestArgument(
        epsilon, [delta](double muSquared) { return gaussianExactEpsilon(muSquared, delta); });
}

} // namespace fedcctr::privacy
