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

/// Two-sided p of the paired permutation test (Fisher's sign flips): that no user is better off either way.
/// The product's one test of a difference between two models. NDCG of single users is mostly 0 with a few
/// steps above it, far from the normal distribution of a t test; and it is the mean that tables show which is
/// tested, not ranks of differences. All 2^n patterns up to n = 16, beyond that `samples` random ones, (1 +
/// as extreme) / (1 + samples): never 0.
double signFlipTest(std::span<const double> differences, std::uint64_t seed = 1, int samples = 9999);

/// p values corrected for testing several hypotheses at once (Holm 1979), in the given order.
std::vector<double> holm(std::span<const double> pValues);

/// Second minus first, value by value.
struct PairedComparison {
    std::size_t pairs = 0;
    double difference = 0; ///< mean
    double low = 0; ///< 95 % interval of the mean difference: percentile bootstrap over the pairs
    double high = 0;
    double pValue = 1; ///< signFlipTest()
};

/// The same seed gives the same numbers. Throws Error if the lengths differ.
PairedComparison comparePaired(
    std::span<const double> first, std::span<const double> second, std::uint64_t seed = 1);

} // namespace fedcctr::evaluation
