// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/loss_grid.h"

#include <vector>

namespace fedcctr::privacy {

/// Logarithm of the moment generating function of a sum of losses, and its first two derivatives: mean and
/// variance under the tilt.
struct Cumulant {
    double value = 0;
    double mean = 0;
    double variance = 0;
};

/// The sum of the losses of independent rounds on one grid.
class LossSum {
public:
    LossSum(double step, std::vector<LossMasses> rounds);

    /// ln E[exp(tilt * L); L finite] of the whole sum.
    Cumulant cumulant(double tilt) const;

    /// Smallest epsilon >= 0 at delta, or an upper bound of it if delta is out of the reach of the grid.
    double epsilonAt(double delta) const;

    /// E[(1 - exp(epsilon - L))+] for epsilon >= 0.
    double deltaAt(double epsilon) const;

    /// The tilt whose Chernoff bound is delta: ln delta = K(tilt) - tilt K'(tilt).
    double tiltFor(double delta) const;

    /// About as many grid points as the composition needs.
    double windowCells() const;

private:
    struct Tilted;
    Tilted tilted(double tilt) const;
    double tiltForMean(double mean) const;
    template <typename Function> double risingRoot(Function rising) const;
    double reach(double tilt, const Cumulant& at, int side) const;

    double m_step;
    std::vector<LossMasses> m_rounds;
    double m_lowest = 0; ///< grid points of the whole sum's support
    double m_highest = 0;
    double m_infinite = 0;
};

} // namespace fedcctr::privacy
