// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/item_embedding.h"

#include "core/model/item_text.h"
#include "core/model/parts.h"

namespace fedcctr::model {

using torch::Tensor;

TextFeatures::TextFeatures(const data::Dataset& dataset, const ModelOptions& options,
    std::span<const augment::ItemFeatures> features, const torch::Device& device)
{
    if (options.features == Features::Tokens) {
        m_tokens.emplace(dataset, features, kTokenBuckets, device);
        return;
    }
    ItemText text = itemText(dataset, options, features);
    const auto items = static_cast<std::int64_t>(dataset.itemCount());
    m_text = torch::from_blob(text.values.data(), {items, text.width}, torch::kFloat32).clone().to(device);
}

Tensor TextFeatures::operator()(const Tensor& weight, const Tensor& rows) const
{
    if (m_tokens)
        return m_tokens->features(weight, rows);
    const Tensor text = m_text.index_select(0, rows.reshape({-1}));
    return torch::bmm(text.reshape({rows.size(0), -1, m_text.size(1)}).to(weight.scalar_type()), weight);
}

ItemEmbedding::ItemEmbedding(const data::Dataset& dataset, const ModelOptions& options,
    std::span<const augment::ItemFeatures> features, const torch::Device& device)
    : m_idWidth(options.idWidth)
    , m_sideWidth(options.combine == Combine::Concat ? options.featureWidth : 0)
    , m_sum(options.combine == Combine::Sum)
{
    if (featureWidth(options) > 0)
        m_features.emplace(dataset, options, features, device);
}

Tensor ItemEmbedding::operator()(const Tensor& ids, const Tensor& weight, const Tensor& rows) const
{
    const Tensor vectors = ids.narrow(2, 0, m_idWidth);
    if (m_sum)
        return m_features ? vectors + (*m_features)(weight, rows) : vectors;
    if (m_sideWidth == 0)
        return vectors;
    const Tensor side = m_features
        ? (*m_features)(weight, rows)
        : torch::zeros({rows.size(0), rows.size(1), m_sideWidth}, vectors.options());
    return torch::cat({vectors, side}, 2);
}

} // namespace fedcctr::model
