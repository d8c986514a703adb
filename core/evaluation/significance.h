// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace fedcctr::evaluation {

/// P(T <= t) of Student's distribution with `degrees` > 0 degrees of freedom.
double studentCdf(double t, double degrees);

/// The t with studentCdf(t, degrees) = p, for p in (0, 1).
double studentQuantile(double p, double degrees);

/// Mean of independent values, e.g. of seeds, and half of its 95 % interval, t_{0.975, n-1} s / sqrt(n).
struct MeanInterval {
    double mean = 0; ///< NaN of no values
    double half = 0; ///< NaN of fewer than two values: one seed tells nothing of the spread
    std::size_t count = 0;

    double low() const { return mean - half; }
    double high() const { return mean + half; }
};

/// Values that are not numbers are left out.
MeanInterval meanInterval(std::span<const double> values);

/// Two-sided p of the paired t test: that the mean of the differences is 0. 1 if all of them are 0 or there
/// are fewer than two.
double pairedTTest(std::span<const double> differences);

/// Two-sided p of the sign-flip permutation test of the mean difference. All 2^n patterns up to n = 16,
/// beyond that `samples` random ones, (1 + as extreme) / (1 + samples): never 0.
double signFlipTest(std::span<const double> differences, std::uint64_t seed = 1, int samples = 9999);

/// Two-sided p of Wilcoxon's signed-rank test: zeros left out, normal approximation with the correction for
/// ties, without one for continuity. 1 if all differences are 0. Rough below some ten differences.
double wilcoxonSignedRank(std::span<const double> differences);

/// p values corrected for testing several hypotheses at once (Holm 1979), in the given order.
std::vector<double> holm(std::span<const double> pValues);

/// Second minus first, value by value.
struct PairedComparison {
    std::size_t pairs = 0;
    double difference = 0; ///< mean
    double low = 0; ///< 95 % interval of the mean difference: percentile bootstrap over the pairs
    double high = 0;
    double pPermutation = 1; ///< signFlipTest
    double pWilcoxon = 1;
};

/// The same seed gives the same numbers. Throws Error if the lengths differ.
PairedComparison comparePaired(
    std::span<const double> first, std::span<const double> second, std::uint64_t seed = 1);

} // namespace fedcctr::evaluation
