// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/tokens.h"

#include <torch/types.h>

#include <span>

namespace fedcctr::model {

/// The weighted tokens of all items, one item after the other: an item has as many as its texts do.
class TokenTable {
public:
    /// `features`: as in itemWords().
    TokenTable(const data::Dataset& dataset, std::span<const augment::ItemFeatures> features, int buckets,
        const torch::Device& device);

    /// Weighted sums of the items' token embeddings, 0 for an item without words. embeddings [K, buckets, w],
    /// rows [K, R] item numbers -> [K, R, w]
    torch::Tensor features(const torch::Tensor& embeddings, const torch::Tensor& rows) const;

private:
    torch::Tensor m_tokens; ///< [tokens of all items]
    torch::Tensor m_weights; ///< [tokens of all items] float
    torch::Tensor m_first; ///< [items] where an item's tokens begin
    torch::Tensor m_count; ///< [items] how many it has
};

} // namespace fedcctr::model
