// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/history_model.h"

#include "core/model/parts.h"

namespace fedcctr::model {

using torch::Tensor;

Prefixes prefixesOf(const TargetBatch& targets)
{
    return {targets.prefixA, targets.prefixB, targets.prefixM};
}

AllTargets::AllTargets(const Batch& batch)
{
    const auto both = [&](Tensor TargetBatch::*member) {
        return torch::cat({batch.targets[0].*member, batch.targets[1].*member}, 2);
    };
    before = {both(&TargetBatch::prefixA), both(&TargetBatch::prefixB), both(&TargetBatch::prefixM)};
    mask = both(&TargetBatch::mask);
}

Tensor prefixMeans(const Tensor& x)
{
    const Tensor means = x.cumsum(2) / torch::arange(1, x.size(2) + 1, x.options()).unsqueeze(1);
    return torch::cat({torch::zeros({x.size(0), x.size(1), 1, x.size(3)}, x.options()), means}, 2);
}

Tensor standBefore(const Tensor& before, std::int64_t length, torch::ScalarType type)
{
    return (torch::arange(length, before.options()) < before.unsqueeze(3)).to(type);
}

HistoryModel::HistoryModel(const ModelInfo& info, const data::Dataset& dataset, const ModelOptions& options,
    const torch::Device& device, std::span<const augment::ItemFeatures> features)
    : HistoryModel(info, dataset, options, device, ItemEmbedding(dataset, options, features, device))
{
}

HistoryModel::HistoryModel(const ModelInfo& info, const data::Dataset& dataset, const ModelOptions& options,
    const torch::Device& device, ItemEmbedding embedding)
    : Model(info, options, dataShape(dataset, false, embedding.textWidth()), device)
    , m_embedding(std::move(embedding))
    , m_items(place("items"))
{
    if (featureWidth(options) > 0)
        m_features = place(options.features == Features::Text ? "features.weight" : "features.tokens");
}

Tensor HistoryModel::itemVectors(const Leaves& leaves, const Tensor& rows) const
{
    return m_embedding(leaves[m_items], leaves[m_features], rows);
}

std::array<std::size_t, 2> HistoryModel::places(const std::string& nameInDomain) const
{
    return {place("A." + nameInDomain), place("B." + nameInDomain)};
}

HistoryModel::HistoryRanker::HistoryRanker(const HistoryModel& model, const Parameters& parameters)
    : m_leaves(wholeModel(parameters))
    , m_vectors(model.itemVectors(m_leaves, everyItem(parameters[model.items()])))
{
    for (std::size_t i = 0; i < model.specs().size(); ++i)
        if (model.specs()[i].rows == Rows::PerUser)
            m_personal.push_back(i);
}

Leaves HistoryModel::HistoryRanker::leavesFor(const RankingBatch& batch) const
{
    Leaves leaves = m_leaves;
    for (const std::size_t i : m_personal)
        leaves.tensors[i] = m_leaves[i].index_select(1, batch.users);
    return leaves;
}

Prefixes HistoryModel::HistoryRanker::wholeHistories(const RankingBatch& batch)
{
    return {batch.a.length.unsqueeze(2), batch.b.length.unsqueeze(2), batch.merged.length.unsqueeze(2)};
}

} // namespace fedcctr::model
