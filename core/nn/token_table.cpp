// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/token_table.h"

namespace fedcctr::model {

using torch::Tensor;

TokenTable::TokenTable(const data::Dataset& dataset, std::span<const augment::ItemFeatures> features,
    int buckets, const torch::Device& device)
{
    std::vector<std::int64_t> tokens;
    std::vector<float> weights;
    std::vector<std::int64_t> first;
    std::vector<std::int64_t> count;
    for (std::size_t i = 0; i < dataset.items.size(); ++i) {
        const WeightedTokens own = itemTokens(itemWords(dataset, features, i), buckets);
        first.push_back(static_cast<std::int64_t>(tokens.size()));
        count.push_back(static_cast<std::int64_t>(own.size()));
        for (const auto& [token, weight] : own) {
            tokens.push_back(token);
            weights.push_back(weight);
        }
    }
    m_tokens = torch::tensor(tokens, torch::kInt64).to(device);
    m_weights = torch::tensor(weights, torch::kFloat32).to(device);
    m_first = torch::tensor(first, torch::kInt64).to(device);
    m_count = torch::tensor(count, torch::kInt64).to(device);
}

Tensor TokenTable::features(const Tensor& embeddings, const Tensor& rows) const
{
    constexpr std::int64_t kSum = 0;
    const std::int64_t groups = embeddings.size(0);
    const std::int64_t buckets = embeddings.size(1);
    const std::int64_t width = embeddings.size(2);
    const Tensor items = rows.reshape({-1});
    const Tensor count = m_count.index_select(0, items);
    const Tensor first = count.cumsum(0) - count;
    const Tensor owner = torch::repeat_interleave(count); // of each token, a row of `items`
    const Tensor token = torch::arange(owner.size(0), owner.options())
        + (m_first.index_select(0, items) - first).index_select(0, owner);
    const Tensor group = owner.div(rows.size(1), "floor");
    const Tensor flat = m_tokens.index_select(0, token) + group * buckets;
    const Tensor weights = m_weights.index_select(0, token).to(embeddings.scalar_type());
    return std::get<0>(torch::embedding_bag(embeddings.reshape({groups * buckets, width}), flat, first, false,
                           kSum, false, weights))
        .reshape({groups, rows.size(1), width});
}

} // namespace fedcctr::model
