// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/types.h>

namespace fedcctr::training {

/// Squared length of each group's values, [K, …] -> [K] doubles; on the CPU in one pass over them.
torch::Tensor squaredNorms(const torch::Tensor& gradients);

/// What an upload is multiplied by to be at most `bound` long (Eq. 24): min(1, bound / norm). norms [K] ->
/// [K] floats
torch::Tensor clipFactors(double bound, const torch::Tensor& norms);

} // namespace fedcctr::training
