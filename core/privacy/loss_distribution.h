// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/training_plan.h"

#include <vector>

namespace fedcctr::privacy {

/// The privacy loss distribution of a whole training: the tight (epsilon, delta) curve of the Gaussian
/// mechanism with Poisson sampling, both with one client more and with one less. Each round's loss is put on
/// a grid by the rule that keeps the probability of either output on every cell ("connect the dots",
/// Doroshenko et al. 2022), hence an upper bound; rounds are composed by FFT under an exponential tilt, so
/// that small deltas keep their digits. The grid is chosen for each question, for a few 1e-4 of the answer;
/// where there are very many noise levels, neighbours are joined at about 1e-5 of it. Without amplification
/// the composed Gaussian is answered exactly.
class LossDistribution {
public:
    /// Throws Error if the plan is amplified by sampling without replacement, which has no loss distribution
    /// here.
    explicit LossDistribution(const TrainingPlan& plan);

    /// Smallest epsilon >= 0 at delta in (0, 1); infinity without noise.
    double epsilonAt(double delta) const;

    /// Smallest delta at epsilon >= 0; 0 if it underflows.
    double deltaAt(double epsilon) const;

private:
    bool isGaussian() const;

    TrainingPlan m_plan;
    std::vector<NoiseLevel> m_levels; ///< of the sampled rounds, sigma in sensitivities
};

} // namespace fedcctr::privacy
