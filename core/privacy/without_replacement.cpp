// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/without_replacement.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace fedcctr::privacy {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// Terms e^-kNegligible times the largest one are left out, once they fall.
constexpr double kNegligible = 37;
/// Orders above use the simpler half of the bound.
constexpr int kLastDifference = 256;

double logFactorial(int n)
{
    constexpr int kTable = 1 << 16;
    static const std::vector<double> kLogFactorials = [] {
        std::vector<double> table(kTable + 1, 0.0);
        for (int k = 1; k <= kTable; ++k)
            table[static_cast<std::size_t>(k)] =
                table[static_cast<std::size_t>(k - 1)] + std::log(static_cast<double>(k));
        return table;
    }();
    if (n <= kTable)
        return kLogFactorials[static_cast<std::size_t>(n)];
    // Stirling's series
    return (n + 0.5) * std::log(n) - n + 0.5 * std::log(2 * std::numbers::pi) + 1.0 / (12.0 * n);
}

double logBinomial(int n, int k)
{
    return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}

/// Even forward differences D_l of the sequence exp(k (k - 1)/(2 z^2)), k = 0, 1, …: since those are the
/// moments of Lambda = exp(u/z - 1/(2 z^2)) under a standard normal u, D_l = E[(Lambda - 1)^l], whose
/// integrand is never negative for even l. The trapezoidal rule is exact to e^-38 at the step 0.5.
class EvenDifferences {
public:
    explicit EvenDifferences(double noise)
        : m_noise(noise)
    {
    }

    double log(int l)
    {
        const auto index = static_cast<std::size_t>(l / 2);
        while (m_logs.size() <= index)
            m_logs.push_back(compute(2 * static_cast<int>(m_logs.size())));
        return m_logs[index];
    }

private:
    double compute(int l);
    double logDistance(int node);

    double m_noise;
    std::vector<double> m_logs;
    std::vector<double> m_right; ///< ln |Lambda - 1| at the nodes 0, 1, …
    std::vector<double> m_left; ///< at -1, -2, …
    std::vector<double> m_terms;
    static constexpr double kStep = 0.5;
};

double EvenDifferences::logDistance(int node)
{
    std::vector<double>& side = node >= 0 ? m_right : m_left;
    const auto index = static_cast<std::size_t>(node >= 0 ? node : -1 - node);
    while (side.size() <= index) {
        const double u =
            kStep * (node >= 0 ? static_cast<double>(side.size()) : -1.0 - static_cast<double>(side.size()));
        const double t = u / m_noise - 0.5 / (m_noise * m_noise);
        side.push_back(t > 30 ? t : std::log(std::abs(std::expm1(t))));
    }
    return side[index];
}

double EvenDifferences::compute(int l)
{
    if (l == 0)
        return 0;
    // Beyond u = l/z + sqrt(l), and below -sqrt(l), the integrand falls like a Gaussian.
    constexpr double kReach = 9;
    const int last = static_cast<int>((l / m_noise + std::sqrt(l) + kReach) / kStep);
    const int first = static_cast<int>((-std::sqrt(l) - kReach) / kStep);
    m_terms.clear();
    double peak = -kInfinity;
    for (int node = first; node <= last; ++node) {
        const double u = node * kStep;
        m_terms.push_back(l * logDistance(node) - u * u / 2);
        peak = std::max(peak, m_terms.back());
    }
    double sum = 0;
    for (const double term : m_terms)
        if (term > peak - kNegligible)
            sum += std::exp(term - peak);
    return peak + std::log(sum * kStep) - 0.5 * std::log(2 * std::numbers::pi);
}

/// ln(A(a) - 1) of the theorem at whole orders.
class Theorem {
public:
    Theorem(double noise, double rate)
        : m_logRate(std::log(rate))
        , m_unit(0.5 / (noise * noise))
        , m_noise(noise)
        , m_differences(noise)
    {
    }

    /// ln A(a) = (a - 1) rdp(a)
    double logMoment(int order);

private:
    double logTerm(int order, int j);
    double logFactor(int order, int j);
    std::vector<int> peaks(int order) const;
    int march(int order, int from, int to);

    double m_logRate;
    double m_unit; ///< 1/(2 z^2)
    double m_noise;
    EvenDifferences m_differences;
    std::vector<double> m_terms;
    double m_peak = 0;
};

/// ln of min{4 sqrt(D D), 2 exp(c(j-1))}, of min{4 (e^e(2) - 1), 2 e^e(2)} for j = 2.
double Theorem::logFactor(int order, int j)
{
    const double growth = m_unit * j * (j - 1.0);
    const double simple = std::numbers::ln2 + growth;
    if (j == 2)
        return growth > std::numbers::ln2 ? simple : std::log(4 * std::expm1(growth));
    // Where the client's term stands apart from the rest, D is exp(c) and the simple half is smaller.
    const bool apart = (j - 1) / (m_noise * m_noise) > std::log(j) + 5;
    if (order > kLastDifference || apart)
        return simple;
    const double differences = (m_differences.log(j / 2 * 2) + m_differences.log((j + 1) / 2 * 2)) / 2;
    return std::min(2 * std::numbers::ln2 + differences, simple);
}

double Theorem::logTerm(int order, int j)
{
    return logBinomial(order, j) + j * m_logRate + logFactor(order, j);
}

/// Adds the terms from `from` towards `to` until they are negligible; returns the last one looked at.
int Theorem::march(int order, int from, int to)
{
    const int step = to < from ? -1 : 1;
    for (int j = from; j != to + step; j += step) {
        m_terms.push_back(logTerm(order, j));
        m_peak = std::max(m_peak, m_terms.back());
        if (m_terms.back() < m_peak - kNegligible)
            return j;
    }
    return to;
}

/// For the simple half, the step from term j to j + 1 is ln((a - j)/(j + 1)) + ln q + j/z^2: it falls, rises
/// between the roots of (a - j)(j + 1) = z^2 (a + 1), and falls again, so the terms have at most two peaks.
std::vector<int> Theorem::peaks(int order) const
{
    const auto rises = [&](int j) {
        return std::log((order - j) / (j + 1.0)) + m_logRate + 2 * m_unit * j > 0;
    };
    // The first j in [low, high] from which the terms do not rise, if they fall from some j on.
    const auto crest = [&](int low, int high) {
        while (low < high) {
            const int middle = low + (high - low) / 2;
            rises(middle) ? low = middle + 1 : high = middle;
        }
        return low;
    };
    const double square = m_noise * m_noise;
    const double half = (order - 1) / 2.0;
    const double root = half * half - square * (order + 1.0) + order;
    if (root <= 0)
        return {crest(2, order)};
    const auto bound = [&](double j) { return static_cast<int>(std::clamp(j, 2.0, order - 1.0)); };
    const int valley = bound(half - std::sqrt(root));
    const int ridge = bound(half + std::sqrt(root));
    std::vector<int> result;
    if (!rises(valley))
        result.push_back(crest(2, valley));
    if (rises(ridge))
        result.push_back(crest(ridge, order));
    if (result.empty())
        result.push_back(2);
    return result;
}

double Theorem::logMoment(int order)
{
    m_terms.clear();
    m_peak = -kInfinity;
    if (order <= kLastDifference) {
        for (int j = 2; j <= order; ++j) {
            m_terms.push_back(logTerm(order, j));
            m_peak = std::max(m_peak, m_terms.back());
        }
    } else {
        const std::vector<int> centers = peaks(order);
        for (const int center : centers)
            m_peak = std::max(m_peak, logTerm(order, center));
        int first = 2;
        for (const int center : centers) {
            if (center > first)
                march(order, center - 1, first);
            first = march(order, std::max(center, first), order) + 1;
            if (first > order)
                break;
        }
    }
    double sum = 0;
    for (const double term : m_terms)
        sum += std::exp(term - m_peak);
    const double logExcess = m_peak + std::log(sum);
    return logExcess > kNegligible ? logExcess : std::log1p(std::exp(logExcess));
}

/// The values of ln A at the whole orders asked for, each computed once.
class WholeOrders {
public:
    WholeOrders(double noise, double rate)
        : m_theorem(noise, rate)
    {
    }

    double at(int order)
    {
        if (order == 1)
            return 0;
        if (order != m_known[order % 2].order)
            m_known[order % 2] = {order, m_theorem.logMoment(order)};
        return m_known[order % 2].value;
    }

private:
    struct Known {
        int order = 0;
        double value = 0;
    };
    Theorem m_theorem;
    Known m_known[2];
};

} // namespace

std::vector<double> withoutReplacementRenyi(std::span<const double> orders, double noise, double rate)
{
    std::vector<double> result(orders.size(), rate == 0 ? 0.0 : kInfinity);
    if (rate == 0 || noise == 0)
        return result;
    if (rate == 1) { // everybody takes part
        for (std::size_t i = 0; i < orders.size(); ++i)
            result[i] = orders[i] / 2 / noise / noise;
        return result;
    }
    WholeOrders whole(noise, rate);
    for (std::size_t i = 0; i < orders.size(); ++i) {
        const int below = static_cast<int>(orders[i]);
        const double share = orders[i] - below;
        double logMoment = whole.at(below) * (1 - share);
        if (share > 0)
            logMoment += whole.at(below + 1) * share;
        result[i] = logMoment / (orders[i] - 1);
    }
    return result;
}

double withoutReplacementRenyi(double order, double noise, double rate)
{
    return withoutReplacementRenyi(std::span(&order, 1), noise, rate).front();
}

} // namespace fedcctr::privacy
