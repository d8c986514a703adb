// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/sampled_gaussian.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace fedcctr::privacy {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// Half of the width, in standard deviations, outside of which a standard normal variable is forgotten.
constexpr double kReach = 8.5;
/// Terms e^-kNegligible times the largest one are left out, once they fall.
constexpr double kNegligible = 34;

/// The integral of Mironov, Talwar and Zhang. With u = x/z, t = u/z - 1/(2 z^2), L = ln(1 - q + q e^t) and
/// b = a - 1, since E[e^L] = 1,
///     A - 1 = E[e^(aL) - 1 - a (e^L - 1)] = E[e^L (expm1(bL) + b expm1(-L))],
/// whose integrand is never negative: nothing cancels. The trapezoidal rule over u converges exponentially.
class Integral {
public:
    Integral(double noise, double rate)
        : m_noise(noise)
        , m_rate(rate)
        , m_logRate(std::log(rate))
        // L is singular at u* +- i pi z.
        , m_kink(0.5 / noise + noise * (std::log1p(-rate) - m_logRate))
    {
    }

    double renyi(double order);

private:
    double loss(double u) const;
    double logIntegrand(double u, double loss) const;
    double logIntegrand(double u) const { return logIntegrand(u, loss(u)); }
    double logAtNode(int node);
    double fixedPoint(double start) const;
    double step(double peak) const;
    void cover(double from, double mode);
    int marchLeft(int node, int last);
    double logIntegral();

    double m_noise;
    double m_rate;
    double m_logRate;
    double m_kink;
    double m_extra = 0; ///< b = order - 1

    double m_step = 0;
    double m_peak = 0; ///< largest logarithm of the integrand seen
    int m_next = 0; ///< first node to the right of those summed
    std::vector<double> m_terms;
    std::vector<double> m_losses; ///< at the nodes -kCached … kCached of the present step
    static constexpr int kCached = 64;
};

double Integral::loss(double u) const
{
    const double t = u / m_noise - 0.5 / (m_noise * m_noise);
    if (t + m_logRate < 20 && t < 700)
        return std::log1p(m_rate * std::expm1(t));
    return t + m_logRate + std::log1p((1 - m_rate) / m_rate * std::exp(-t));
}

double Integral::logIntegrand(double u, double loss) const
{
    const double b = m_extra;
    double inner = 0;
    if (std::max(b, 1.0) * std::abs(loss) < 0.02) {
        // Sum over k >= 2 of b (b^(k-1) + (-1)^k) L^k / k!
        double power = loss;
        double growth = 1;
        double sign = -1;
        for (int k = 2; k <= 9; ++k) {
            power *= loss / k;
            growth *= b;
            sign = -sign;
            inner += (growth + sign) * power;
        }
        inner *= b;
    } else if (b * loss < 60) {
        inner = std::expm1(b * loss) + b * std::expm1(-loss);
    } else {
        return loss + b * loss - u * u / 2;
    }
    return loss + std::log(inner) - u * u / 2;
}

double Integral::logAtNode(int node)
{
    const double u = node * m_step;
    if (std::abs(node) > kCached)
        return logIntegrand(u);
    double& known = m_losses[static_cast<std::size_t>(node + kCached)];
    if (std::isnan(known))
        known = loss(u);
    return logIntegrand(u, known);
}

/// A stationary point of a L(u) - u^2/2, u = a L'(u): the lowest from start 0, the highest from a/z.
double Integral::fixedPoint(double start) const
{
    const double scale = (m_extra + 1) / m_noise;
    double u = start;
    for (int iteration = 0; iteration < 100; ++iteration) {
        const double share = 1 / (1 + std::exp((m_kink - u) / m_noise));
        const double next = scale * share;
        if (std::abs(next - u) < 0.05)
            return next;
        u = next;
    }
    return u;
}

/// The singularity adds an error of about e^(height at u*) e^((pi z)^2/2 - 2 pi^2 z / step), the rest of the
/// function less than e^-40 at the step 0.5.
double Integral::step(double peak) const
{
    constexpr double kPi = std::numbers::pi;
    if (m_noise >= 4)
        return 0.5; // the singularity is beyond the strip that matters
    const double height = m_noise >= 0.75 ? 0 : std::min(0.0, logIntegrand(m_kink) - peak);
    const double needed = 27 + height + kPi * m_noise * kPi * m_noise / 2;
    return needed <= 0 ? 0.5 : std::min(0.5, 2 * kPi * kPi * m_noise / needed);
}

/// Leftward from the node, until two terms running are negligible: one alone may be the zero at t = 0.
int Integral::marchLeft(int node, int last)
{
    int low = 0;
    for (; node > last && low < 2; --node) {
        const double value = logAtNode(node);
        m_peak = std::max(m_peak, value);
        low = value < m_peak - kNegligible ? low + 1 : 0;
    }
    return node;
}

/// Sums the terms from `from` to past the mode, as far as they matter.
void Integral::cover(double from, double mode)
{
    int node = std::max(m_next, static_cast<int>(std::floor(from / m_step)));
    int low = 0;
    for (; node * m_step < mode + kReach || low < 2; ++node) {
        const double value = logAtNode(node);
        m_peak = std::max(m_peak, value);
        low = value < m_peak - kNegligible ? low + 1 : 0;
        m_terms.push_back(value);
    }
    m_next = std::max(m_next, node);
}

double Integral::logIntegral()
{
    const double lowMode = fixedPoint(0);
    const double highMode = fixedPoint((m_extra + 1) / m_noise);
    m_peak = -kInfinity;
    for (const double u : {-1.5, 1.5, lowMode, highMode})
        m_peak = std::max(m_peak, logIntegrand(u));
    const double wanted = step(m_peak);
    if (wanted != m_step) {
        m_step = wanted;
        m_losses.assign(2 * kCached + 1, std::numeric_limits<double>::quiet_NaN());
    }
    m_terms.clear();
    m_next = static_cast<int>(std::floor(-kReach / m_step));
    cover(-kReach, 0);
    for (const double mode : {lowMode, highMode}) {
        const int center = static_cast<int>(mode / m_step);
        if (center >= m_next)
            cover(marchLeft(center, m_next - 1) * m_step, mode);
        else if (mode + kReach > m_next * m_step)
            cover(m_next * m_step, mode);
    }
    double sum = 0;
    for (const double term : m_terms)
        sum += std::exp(term - m_peak);
    return m_peak + std::log(sum * m_step) - 0.5 * std::log(2 * std::numbers::pi);
}

double Integral::renyi(double order)
{
    m_extra = order - 1;
    const double full = m_extra / (2 * m_noise * m_noise);
    // The client's own term (q e^t)^a is all there is: its neighbour is smaller by e^(-2 full) a (1 - q)/q.
    if (full > std::log(order) - m_logRate + 60)
        return order / m_extra * (m_logRate + full);
    const double logExcess = logIntegral();
    constexpr double kOneIsLost = 37;
    const double logMoment = logExcess > kOneIsLost ? logExcess : std::log1p(std::exp(logExcess));
    return logMoment / m_extra;
}

} // namespace

std::vector<double> sampledGaussianRenyi(std::span<const double> orders, double noise, double rate)
{
    std::vector<double> result(orders.size(), 0.0);
    if (rate == 0)
        return result;
    if (noise == 0) {
        std::ranges::fill(result, kInfinity);
        return result;
    }
    if (rate == 1) {
        for (std::size_t i = 0; i < orders.size(); ++i)
            result[i] = orders[i] / 2 / noise / noise;
        return result;
    }
    Integral integral(noise, rate);
    for (std::size_t i = 0; i < orders.size(); ++i)
        result[i] = integral.renyi(orders[i]);
    return result;
}

double sampledGaussianRenyi(double order, double noise, double rate)
{
    return sampledGaussianRenyi(std::span(&order, 1), noise, rate).front();
}

} // namespace fedcctr::privacy
