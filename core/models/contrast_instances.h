// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/history_model.h"
#include "core/nn/sequence_encoder.h"

namespace fedcctr::model {

/// What a contrastive loss tells apart. Publications take the other users of a mini-batch; a client that
/// trains by itself has no others, and tells its own targets apart instead.
struct ContrastInstances {
    Prefixes before; ///< [K, n, I]
    torch::Tensor mask; ///< [K, n * I]

    explicit ContrastInstances(const Batch& batch);

    /// Of each instance. table [K, n, P, d] -> [K, n * I, d]
    torch::Tensor of(const torch::Tensor& table, const torch::Tensor& index) const;
};

} // namespace fedcctr::model
