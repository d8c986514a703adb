// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/accountant.h"
#include "core/privacy/training_plan.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace fedcctr::privacy {

/// Which Renyi curve one round has.
enum class RenyiCurve : std::uint8_t {
    Certified, ///< proved for the plan's sampling: Gaussian, Poisson or Theorem 27 of Wang et al.
    ThreePoint, ///< sampling without replacement by the Poisson formula: sharper, verified numerically only
};

/// The rounds that the client pays for: all of them where the adversary does not know who took part, else its
/// own.
const std::vector<NoiseLevel>& chargedRounds(const TrainingPlan& plan);

/// Sum over the charged rounds of (sensitivity/sigma)^2, and of the plan's other releases.
double muSquaredOf(const TrainingPlan& plan);

/// The Renyi divergence of the whole training at each order. Long trainings of many noise levels are summed
/// by interpolation in ln sigma, to 1e-8 relative or better.
std::vector<double> composedRenyi(
    const TrainingPlan& plan, std::span<const double> orders, RenyiCurve curve = RenyiCurve::Certified);

/// The smallest epsilon at delta over the orders, which ascend. Looks only at the orders near the best one:
/// the epsilon of an order has one minimum since (a - 1) rdp(a) is convex.
EpsilonAtOrder composedEpsilon(const TrainingPlan& plan, double delta, std::span<const double> orders,
    RenyiCurve curve = RenyiCurve::Certified);

/// Levels sorted by falling sigma, equal ones joined, and, in each stretch of `width` in ln sigma that has
/// more than `nodes` of them, replaced by as many Chebyshev nodes whose weights (in place of rounds; they may
/// be negative) integrate every polynomial in ln sigma of a lower degree exactly.
std::vector<NoiseLevel> compressedRounds(std::span<const NoiseLevel> levels, double width, std::size_t nodes);

} // namespace fedcctr::privacy
