// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/spec.h"
#include "core/nn/token_table.h"

#include <torch/types.h>

#include <optional>
#include <span>

namespace fedcctr::model {

/// The items' public texts as learned embeddings of their words or as a learned projection of fixed vectors
/// (model.features).
class TextFeatures {
public:
    /// `features`: as in itemWords(). Reads model.vectors_file where the options name it.
    TextFeatures(const data::Dataset& dataset, const ModelOptions& options,
        std::span<const augment::ItemFeatures> features, const torch::Device& device);

    /// Of the fixed vectors; 0 with words.
    std::int64_t textWidth() const { return m_text.defined() ? m_text.size(1) : 0; }

    /// weight: addFeatures()'s tensor, [K, …, w]; rows [K, R] item numbers -> [K, R, w]
    torch::Tensor operator()(const torch::Tensor& weight, const torch::Tensor& rows) const;

private:
    torch::Tensor m_text; ///< [items, textWidth]
    std::optional<TokenTable> m_tokens;
};

/// Item vectors without positions (Eq. 11): the id embedding with the features beside it (model.combine =
/// concat) or added to it (sum).
class ItemEmbedding {
public:
    ItemEmbedding(const data::Dataset& dataset, const ModelOptions& options,
        std::span<const augment::ItemFeatures> features, const torch::Device& device);

    std::int64_t textWidth() const { return m_features ? m_features->textWidth() : 0; }

    /// ids [K, R, >= id_width]: rows of the item table, of which the leading columns are the embedding.
    /// `weight`: of the features; not read without. rows [K, R] item numbers. -> [K, R, itemWidth()]
    torch::Tensor operator()(
        const torch::Tensor& ids, const torch::Tensor& weight, const torch::Tensor& rows) const;

private:
    const std::int64_t m_idWidth;
    const std::int64_t m_sideWidth; ///< columns of the features when concatenated
    const bool m_sum;
    std::optional<TextFeatures> m_features;
};

} // namespace fedcctr::model
