// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/accountant.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

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

} // namespace

double paperEq27Cost(double clipNorm, double sigma, double rate, double order)
{
    if (rate == 0 || clipNorm == 0)
        return 0;
    if (sigma == 0)
        return kInfinity;
    const double ratio = clipNorm / sigma;
    const double exponent = (order - 1) * ratio * ratio;
    const double square = rate * rate;
    constexpr double kFarFromOverflow = 500;
    if (exponent < kFarFromOverflow)
        return std::log1p(square * std::expm1(exponent)) / (order - 1);
    // ln((1 - rho^2) + rho^2 e^x) = x + ln(rho^2 + (1 - rho^2) e^-x)
    return (exponent + std::log(square + (1 - square) * std::exp(-exponent))) / (order - 1);
}

std::span<const double> renyiOrders()
{
    static const std::vector<double> kOrders = makeOrders();
    return kOrders;
}

EpsilonAtOrder epsilonFromRenyi(std::span<const double> orders, std::span<const double> rdp, double delta)
{
    EpsilonAtOrder best{kInfinity, 0};
    for (std::size_t i = 0; i < orders.size(); ++i) {
        const double a = orders[i];
        const double epsilon = rdp[i] + std::log1p(-1 / a) - (std::log(delta) + std::log(a)) / (a - 1);
        if (epsilon < best.epsilon)
            best = {std::max(0.0, epsilon), a};
    }
    return best;
}

EpsilonAtOrder gaussianRenyiEpsilon(double muSquared, double delta)
{
    if (muSquared == 0)
        return {0, renyiOrders().back()};
    std::vector<double> rdp;
    rdp.reserve(renyiOrders().size());
    for (const double order : renyiOrders())
        rdp.push_back(order * muSquared / 2);
    return epsilonFromRenyi(renyiOrders(), rdp, delta);
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

double gaussianExactEpsilon(double muSquared, double delta)
{
    const double logDelta = std::log(delta);
    if (muSquared == 0 || gaussianLogDelta(muSquared, 0) <= logDelta)
        return 0;
    // The Renyi bound is valid, hence an upper end.
    const double high = gaussianRenyiEpsilon(muSquared, delta).epsilon;
    return bisect(0, high, [&](double epsilon) { return gaussianLogDelta(muSquared, epsilon) - logDelta; });
}

double gaussianRenyiBudget(double epsilon, double delta)
{
    double high = 1e-12;
    while (gaussianRenyiEpsilon(high, delta).epsilon <= epsilon && high < 1e300)
        high *= 4;
    double low = high == 1e-12 ? 0 : high / 4;
    for (int step = 0; step < 200 && high - low > 1e-15 * high; ++step) {
        const double middle = low + (high - low) / 2;
        (gaussianRenyiEpsilon(middle, delta).epsilon <= epsilon ? low : high) = middle;
    }
    return low;
}

} // namespace fedcctr::privacy
