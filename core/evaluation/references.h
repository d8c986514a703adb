// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluation/metrics.h"

#include <string>
#include <vector>

namespace fedcctr::evaluation {

/// A ranker that needs no training. Scores order candidates; they are no probabilities, so log-loss means
/// nothing here.
class ReferenceRanker {
public:
    virtual ~ReferenceRanker() = default;
    virtual std::string name() const = 0;
    /// One score per candidate, given what may be seen before the target.
    virtual std::vector<float> scores(
        std::span<const data::ItemId> history, std::span<const data::ItemId> candidates) const = 0;
};

/// Ranks by the number of training events.
class PopularityRanker : public ReferenceRanker {
public:
    explicit PopularityRanker(const data::Dataset& dataset);
    std::string name() const override { return "popularity"; }
    std::vector<float> scores(
        std::span<const data::ItemId> history, std::span<const data::ItemId> candidates) const override;

private:
    std::vector<double> m_counts;
};

/// Ranks by a score per item, whatever the history: e.g. popularity under noise.
class ScoreRanker : public ReferenceRanker {
public:
    ScoreRanker(std::string name, std::vector<double> itemScores)
        : m_name(std::move(name))
        , m_scores(std::move(itemScores))
    {
    }
    std::string name() const override { return m_name; }
    std::vector<float> scores(
        std::span<const data::ItemId> history, std::span<const data::ItemId> candidates) const override;

private:
    std::string m_name;
    std::vector<double> m_scores;
};

/// Item-KNN: the sum over the history (both domains) of the shrunk cosine between the sets of users who have
/// the two items in their training events, |U_i ∩ U_j| / (sqrt(|U_i| |U_j|) + 10); equal scores in order of
/// popularity.
class ItemKnnRanker : public ReferenceRanker {
public:
    explicit ItemKnnRanker(const data::Dataset& dataset);
    std::string name() const override { return "item-knn"; }
    std::vector<float> scores(
        std::span<const data::ItemId> history, std::span<const data::ItemId> candidates) const override;

private:
    struct Neighbour {
        data::ItemId item;
        float similarity;
    };

    std::vector<std::vector<Neighbour>> m_neighbours; ///< by item
    std::vector<double> m_popularity;
};

/// Runs a ranker over the fixed candidates of a split.
DomainMetrics evaluateReference(
    const ReferenceRanker& ranker, const data::Dataset& dataset, data::Split split);

} // namespace fedcctr::evaluation
