// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/significance.h"

#include "core/base/error.h"
#include "core/base/random.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace fedcctr::evaluation {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// The continued fraction of the incomplete beta function (Numerical Recipes 6.4), by Lentz's method.
double betaFraction(double a, double b, double x)
{
    constexpr int kMostTerms = 500;
    constexpr double kTiny = 1e-300;
    constexpr double kPrecision = 1e-15;
    const auto notZero = [](double value) { return std::abs(value) < kTiny ? kTiny : value; };
    double c = 1;
    double d = 1 / notZero(1 - (a + b) * x / (a + 1));
    double result = d;
    for (int m = 1; m < kMostTerms; ++m) {
        const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 / notZero(1 + even * d);
        c = notZero(1 + even / c);
        result *= d * c;
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / notZero(1 + odd * d);
        c = notZero(1 + odd / c);
        const double factor = d * c;
        result *= factor;
        if (std::abs(factor - 1) < kPrecision)
            break;
    }
    return result;
}

/// Regularised incomplete beta function I_x(a, b).
double incompleteBeta(double a, double b, double x)
{
    if (x <= 0 || x >= 1)
        return x <= 0 ? 0 : 1;
    const double front =
        std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x));
    if (x < (a + 1) / (a + b + 2))
        return front * betaFraction(a, b, x) / a;
    return 1 - front * betaFraction(b, a, 1 - x) / b;
}

/// P(|T| >= |t|).
double studentTails(double t, double degrees)
{
    return incompleteBeta(degrees / 2, 0.5, degrees / (degrees + t * t));
}

double meanOf(std::span<const double> values)
{
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double deviationOf(std::span<const double> values, double mean)
{
    double squares = 0;
    for (const double value : values)
        squares += (value - mean) * (value - mean);
    return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

/// A sum that is as extreme as the observed one must count, whatever the order of the additions.
bool isAsExtreme(double sum, double observed)
{
    return std::abs(sum) >= std::abs(observed) * (1 - 1e-12);
}

double allSignFlips(std::span<const double> differences, double observed)
{
    const std::size_t patterns = std::size_t{1} << differences.size();
    std::size_t extreme = 0;
    for (std::size_t pattern = 0; pattern < patterns; ++pattern) {
        double sum = 0;
        for (std::size_t i = 0; i < differences.size(); ++i)
            sum += (pattern >> i) & 1 ? differences[i] : -differences[i];
        if (isAsExtreme(sum, observed))
            ++extreme;
    }
    return static_cast<double>(extreme) / static_cast<double>(patterns);
}

double flippedSum(std::span<const double> differences, Random& random)
{
    constexpr std::size_t kBits = 64;
    double sum = 0;
    for (std::size_t begin = 0; begin < differences.size(); begin += kBits) {
        std::uint64_t bits = random();
        const std::size_t end = std::min(differences.size(), begin + kBits);
        for (std::size_t i = begin; i < end; ++i, bits >>= 1)
            sum += bits & 1 ? differences[i] : -differences[i];
    }
    return sum;
}

} // namespace

double studentCdf(double t, double degrees)
{
    const double tail = studentTails(t, degrees) / 2;
    return t > 0 ? 1 - tail : tail;
}

double studentQuantile(double p, double degrees)
{
    if (p == 0.5)
        return 0;
    if (p < 0.5)
        return -studentQuantile(1 - p, degrees);
    double low = 0;
    double high = 1;
    while (studentCdf(high, degrees) < p && high < 1e300)
        high *= 2;
    constexpr int kHalvings = 200;
    for (int i = 0; i < kHalvings && high - low > 1e-14 * high; ++i) {
        const double middle = (low + high) / 2;
        (studentCdf(middle, degrees) < p ? low : high) = middle;
    }
    return (low + high) / 2;
}

MeanInterval meanInterval(std::span<const double> values)
{
    std::vector<double> numbers;
    std::ranges::copy_if(
        values, std::back_inserter(numbers), [](double value) { return std::isfinite(value); });
    if (numbers.empty())
        return {kNaN, kNaN, 0};
    const double mean = meanOf(numbers);
    if (numbers.size() == 1)
        return {mean, kNaN, 1};
    const auto n = static_cast<double>(numbers.size());
    return {mean, studentQuantile(0.975, n - 1) * deviationOf(numbers, mean) / std::sqrt(n), numbers.size()};
}

double signFlipTest(std::span<const double> differences, std::uint64_t seed, int samples)
{
    constexpr std::size_t kMostExact = 16;
    constexpr std::uint64_t kStream = 0x51f1;
    const double observed = std::accumulate(differences.begin(), differences.end(), 0.0);
    if (differences.size() <= kMostExact)
        return allSignFlips(differences, observed);
    Random random(seed, {kStream});
    int extreme = 1;
    for (int i = 0; i < samples; ++i)
        extreme += isAsExtreme(flippedSum(differences, random), observed) ? 1 : 0;
    return static_cast<double>(extreme) / (samples + 1);
}

std::vector<double> holm(std::span<const double> pValues)
{
    std::vector<std::size_t> order(pValues.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&pValues](std::size_t i) { return pValues[i]; });
    std::vector<double> corrected(pValues.size());
    double most = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        most = std::max(most, pValues[order[i]] * static_cast<double>(order.size() - i));
        corrected[order[i]] = std::min(1.0, most);
    }
    return corrected;
}

PairedComparison comparePaired(
    std::span<const double> first, std::span<const double> second, std::uint64_t seed)
{
    constexpr int kResamples = 2000;
    constexpr std::uint64_t kStream = 0xb007;
    if (first.size() != second.size())
        throw Error("paired comparison: " + std::to_string(first.size()) + " values against "
            + std::to_string(second.size()) + "; give the same users in the same order");
    PairedComparison result;
    result.pairs = first.size();
    if (first.empty())
        return {0, kNaN, kNaN, kNaN, 1};
    std::vector<double> differences(first.size());
    // Means over seeds differ in their last bits where the ranks do not: ties must stay ties.
    constexpr double kGrain = 1e-12;
    for (std::size_t i = 0; i < first.size(); ++i)
        differences[i] = std::round((second[i] - first[i]) / kGrain) * kGrain;
    result.difference = meanOf(differences);
    Random random(seed, {kStream});
    std::vector<double> means(kResamples);
    for (double& mean : means) {
        double sum = 0;
        for (std::size_t i = 0; i < differences.size(); ++i)
            sum += differences[random.below(differences.size())];
        mean = sum / static_cast<double>(differences.size());
    }
    std::ranges::sort(means);
    const auto at = [&means](double share) {
        return means[static_cast<std::size_t>(share * static_cast<double>(means.size() - 1) + 0.5)];
    };
    result.low = at(0.025);
    result.high = at(0.975);
    result.pValue = signFlipTest(differences, seed);
    return result;
}

} // namespace fedcctr::evaluation
