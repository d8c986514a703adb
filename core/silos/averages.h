// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/markets.h"
#include "core/model/codes.h"
#include "core/nn/model.h"

#include <torch/types.h>

#include <memory>
#include <span>
#include <vector>

namespace fedcctr::silos {

/// Which rows of the silos' tensors mean the same: what an average may be taken of.
class SharedRows {
public:
    /// Whole tensors alone; of those whose rows are codes (FedMM), the rows of shared layers.
    SharedRows(std::span<const model::TensorSpec> specs, const model::Codes* codes);

    /// Items too: `articles` is by silo, of each item the number that all silos know it by; `count` of them.
    void shareItems(std::vector<std::vector<data::ItemId>> articles, data::ItemId count);

    /// Puts the weighted averages of what the silos share into each of them. An item's row is averaged over
    /// the silos that have it. A silo without a weight (0) adds nothing, and is given the average all the
    /// same unless it `receives` nothing.
    void average(std::span<model::Parameters*> silos, std::span<const double> weights,
        const std::vector<bool>& receives) const;

    /// Values that one silo sends.
    std::int64_t uploadedCount(const model::Parameters& silo) const;

private:
    /// The rows of a tensor that are shared; undefined: all.
    struct Part {
        std::size_t tensor = 0;
        torch::Tensor rows; ///< [m] int64
    };
    std::vector<Part> m_whole;
    std::vector<std::size_t> m_items; ///< tensors of items
    std::vector<torch::Tensor> m_articles; ///< by silo, [items] int64
    data::ItemId m_articleCount = 0;
};

} // namespace fedcctr::silos
