// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/matrix.h"

#include <array>
#include <utility>

namespace fedcctr::projection {

/// Mean silhouette (Rousseeuw 1987) of Euclidean distances over all points of all groups: (b - a) / max(a, b)
/// with a the mean distance to the own group and b the least mean distance to another; -1 to 1. A point
/// alone in its group counts 0. NaN with fewer than two groups that hold points.
double silhouette(std::span<const Matrix> groups);

/// How far h^A, h^B and h^M of the same users stand apart. Pairs are A-B, A-M, B-M.
struct Separation {
    double silhouette = 0; ///< of the three groups
    std::array<double, 3> cosines{}; ///< mean over users of the cosine of their two vectors
    std::array<double, 3> centroidDistances{}; ///< Euclidean, between the groups' means
};
Separation separation(const std::array<Matrix, 3>& representations);

/// The `count` rows with the largest cosine to row `of`, itself left out: largest first, ties by row.
std::vector<std::pair<std::size_t, double>> nearest(const Matrix& points, std::size_t of, std::size_t count);

} // namespace fedcctr::projection
