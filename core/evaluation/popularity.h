// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluation/reference_ranker.h"

namespace fedcctr::evaluation {

/// Ranks by the number of training events.
class PopularityRanker : public ReferenceRanker {
public:
    explicit PopularityRanker(const data::Dataset& dataset);
    std::vector<float> scores(
        std::span<const data::ItemId> history, std::span<const data::ItemId> candidates) const override;

private:
    std::vector<double> m_counts;
};

/// Ranks by a score per item, whatever the history: e.g. popularity under noise.
class ScoreRanker : public ReferenceRanker {
public:
    explicit ScoreRanker(std::vector<double> itemScores)
        : m_scores(std::move(itemScores))
    {
    }
    std::vector<float> scores(
        std::span<const data::ItemId> history, std::span<const data::ItemId> candidates) const override;

private:
    std::vector<double> m_scores;
};

} // namespace fedcctr::evaluation
