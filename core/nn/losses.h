// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/options.h"

#include <torch/types.h>

namespace fedcctr::model {

/// Each gives one value per user, [K, n]; users without a target have 0. Masks are 1 or 0.

/// Eq. 20-21, mean over positives and negatives. positive [K, n, T], negative [K, n, T, N] logits, mask [K,
/// n, T].
torch::Tensor binaryCrossEntropy(
    const torch::Tensor& positive, const torch::Tensor& negative, const torch::Tensor& mask);

/// Of labels: logits [K, n, T], label [K, n, T] of 1 or 0, mean over targets.
torch::Tensor labelledCrossEntropy(
    const torch::Tensor& logits, const torch::Tensor& label, const torch::Tensor& mask);

/// -log of the positive's share in the softmax over itself and its negatives, mean over targets.
torch::Tensor sampledSoftmax(
    const torch::Tensor& positive, const torch::Tensor& negative, const torch::Tensor& mask);

/// One domain's half of IDRA (Eq. 17): mean over targets of max(0, alpha - cos(h, h')). mask [K, n, T].
torch::Tensor idra(
    const torch::Tensor& original, const torch::Tensor& augmented, double alpha, const torch::Tensor& mask);

/// CDRD (Eq. 18) over a user's targets, through log-sum-exp. h [K, n, T, d], mask [K, n, T].
torch::Tensor cdrd(const torch::Tensor& hA, const torch::Tensor& hB, const torch::Tensor& hM, double tau,
    const torch::Tensor& mask);

/// InfoNCE: each x finds its own y among the y of a group. x, y [K, I, d]; mask [K, I] of the instances;
/// `apart` [K, I, I] is 1 where y_j is an instance to tell x_i from (the diagonal does not matter). Mean over
/// the group's instances of -log of the share of exp(cos(x_i, y_i) / tau); 0 without any. [K]
torch::Tensor contrast(const torch::Tensor& x, const torch::Tensor& y, const torch::Tensor& mask,
    const torch::Tensor& apart, double tau);

/// The same with all other instances to tell apart.
torch::Tensor contrast(const torch::Tensor& x, const torch::Tensor& y, const torch::Tensor& mask, double tau);

} // namespace fedcctr::model
