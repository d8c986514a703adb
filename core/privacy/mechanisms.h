// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/options.h"

#include <vector>

namespace fedcctr::privacy {

/// Adaptive clipping (Andrew et al. 2021): the noise multiplier left for the gradient when both it and a
/// noisy count of unclipped clients come out of what `z` alone would spend: (z^-2 - (2 s_b)^-2)^(-1/2).
/// `countNoise` s_b is the standard deviation of the noise on the count. Throws Error if nothing is left (2
/// s_b <= z).
double gradientMultiplier(double z, double countNoise);

/// (Delta / sigma)^2 of a popularity histogram: two count vectors of length at most 1 without negative
/// entries are at most sqrt 2 apart, and one that is there or not moves it by 1.
double histogramMuSquared(NeighbouringRelation relation, double noise);

/// The next clip norm: C exp(-learningRate (b - quantile)), b the noisy share of norms up to C.
double adaptedClip(double clipNorm, double noisyShareBelow, double learningRate, double quantile);

/// First `band` coefficients of the square-root Toeplitz matrix C of DP-FTRL: c_0 = 1, c_k = c_{k-1}
/// (2k-1)/(2k). The release is gradient_t + (C^-1 Z)_t with white Z.
std::vector<double> squareRootToeplitz(int band);

/// Squared norm of column `round` (from 0) of C cut to rounds x rounds: what one upload at that round costs,
/// in units of (Delta / sigma)^2 of Z. 0 from `rounds` on.
double columnNormSquared(int band, int round, int rounds);

/// Largest norm of a sum of at most `participations` columns that are at least `separation` >= band apart
/// (such columns are orthogonal): what sigma of Z is multiplied with. Throws Error if separation < band.
double bandedSensitivity(int band, int rounds, int participations, int separation);

/// Row norms of C^-1, one per round: the standard deviation of that round's noise when Z has standard
/// deviation 1.
std::vector<double> noiseDeviations(int band, int rounds);

/// Row norms of tril(ones) C^-1, one per round: the standard deviation of the sum of the noise of rounds 0 …
/// t when Z has standard deviation 1. Independent noise would give sqrt(t + 1).
std::vector<double> prefixErrors(int band, int rounds);

/// Tree aggregation: nodes on the path of one round, ceil(log2(rounds + 1)).
int treeDepth(int rounds);

/// Secure aggregation: noise of the sum in clip norms when each of the surviving clients added its share.
double survivingNoise(double sigmaPerClient, double survivors);

} // namespace fedcctr::privacy
