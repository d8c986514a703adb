// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/matrix.h"

namespace fedcctr::projection {

/// Directions of largest variance.
struct PrincipalAxes {
    std::vector<double> mean; ///< of the points
    Matrix axes; ///< orthonormal rows, largest variance first; the largest entry of each is positive
    std::vector<double> variances; ///< along each axis, divided by n - 1
    double totalVariance = 0; ///< over all directions

    /// Coordinates of points along the axes, [rows, axes].
    Matrix project(const Matrix& points) const;
};

/// The first `count` axes, the eigenvectors of the covariance. Throws Error for fewer than 2 points or fewer
/// dimensions than axes, and for numbers that are not finite.
PrincipalAxes principalAxes(const Matrix& points, std::size_t count);

} // namespace fedcctr::projection
