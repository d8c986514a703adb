// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/mechanisms.h"

#include "core/base/error.h"
#include "core/base/numbers.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

namespace fedcctr::privacy {

namespace {

/// First column of C^-1, which is Toeplitz like C: its row t holds the first t + 1 entries, reversed.
std::vector<double> inverseSequence(int band, int rounds)
{
    const std::vector<double> c = squareRootToeplitz(band);
    std::vector<double> inverse;
    for (std::size_t t = 0; t < static_cast<std::size_t>(rounds); ++t) {
        double value = t == 0 ? 1 : 0;
        for (std::size_t k = 1; k < c.size() && k <= t; ++k)
            value -= c[k] * inverse[t - k];
        inverse.push_back(value);
    }
    return inverse;
}

} // namespace

double gradientMultiplier(double z, double countNoise)
{
    const double left = 1 / (z * z) - 1 / (4 * countNoise * countNoise);
    if (!(left > 0))
        throw Error("privacy.clip_count_noise: " + general(countNoise)
            + " leaves nothing of the budget for the gradient; it must exceed half the noise multiplier "
            + general(z));
    return 1 / std::sqrt(left);
}

double histogramMuSquared(NeighbouringRelation relation, double noise)
{
    return (relation == NeighbouringRelation::Replace ? 2 : 1) / (noise * noise);
}

double adaptedClip(double clipNorm, double noisyShareBelow, double learningRate, double quantile)
{
    return clipNorm * std::exp(-learningRate * (noisyShareBelow - quantile));
}

std::vector<double> squareRootToeplitz(int band)
{
    std::vector<double> coefficients{1};
    for (int k = 1; k < band; ++k)
        coefficients.push_back(coefficients.back() * (2 * k - 1) / (2 * k));
    return coefficients;
}

double columnNormSquared(int band, int round, int rounds)
{
    double square = 0;
    double coefficient = 1;
    for (int k = 0; k < std::min(band, rounds - round); ++k) {
        if (k > 0)
            coefficient *= (2.0 * k - 1) / (2.0 * k);
        square += coefficient * coefficient;
    }
    return square;
}

double bandedSensitivity(int band, int rounds, int participations, int separation)
{
    if (separation < band)
        throw Error("privacy.band: " + std::to_string(band)
            + " rounds share noise, but a client may come again "
              "after "
            + std::to_string(separation) + "; its columns would not be orthogonal");
    // Columns only get shorter towards the end: the first possible rounds are the worst.
    double square = 0;
    for (int k = 0; k < participations && k * separation < rounds; ++k)
        square += columnNormSquared(band, k * separation, rounds);
    return std::sqrt(square);
}

std::vector<double> noiseDeviations(int band, int rounds)
{
    std::vector<double> deviations;
    double square = 0;
    for (const double value : inverseSequence(band, rounds)) {
        square += value * value;
        deviations.push_back(std::sqrt(square));
    }
    return deviations;
}

std::vector<double> prefixErrors(int band, int rounds)
{
    std::vector<double> errors;
    double running = 0;
    double square = 0;
    for (const double value : inverseSequence(band, rounds)) {
        running += value;
        square += running * running;
        errors.push_back(std::sqrt(square));
    }
    return errors;
}

int treeDepth(int rounds)
{
    return static_cast<int>(std::bit_width(static_cast<unsigned>(rounds)));
}

double survivingNoise(double sigmaPerClient, double survivors)
{
    return sigmaPerClient * std::sqrt(survivors);
}

} // namespace fedcctr::privacy
