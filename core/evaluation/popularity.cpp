// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/popularity.h"

#include "core/data/history.h"

namespace fedcctr::evaluation {

using data::ItemId;

PopularityRanker::PopularityRanker(const data::Dataset& dataset)
    : m_counts(data::trainingPopularity(dataset))
{
}

std::vector<float> PopularityRanker::scores(
    std::span<const ItemId> /*history*/, std::span<const ItemId> candidates) const
{
    std::vector<float> result;
    for (const ItemId item : candidates)
        result.push_back(static_cast<float>(m_counts[static_cast<std::size_t>(item)]));
    return result;
}

std::vector<float> ScoreRanker::scores(
    std::span<const ItemId> /*history*/, std::span<const ItemId> candidates) const
{
    std::vector<float> result;
    for (const ItemId item : candidates)
        result.push_back(static_cast<float>(m_scores[static_cast<std::size_t>(item)]));
    return result;
}

} // namespace fedcctr::evaluation
