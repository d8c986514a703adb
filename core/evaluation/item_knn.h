// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluation/reference_ranker.h"

namespace fedcctr::evaluation {

/// Item-KNN: the sum over the history (both domains) of the shrunk cosine between the sets of users who have
/// the two items in their training events, |U_i ∩ U_j| / (sqrt(|U_i| |U_j|) + 10); equal scores in order of
/// popularity.
class ItemKnnRanker : public ReferenceRanker {
public:
    explicit ItemKnnRanker(const data::Dataset& dataset);
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

} // namespace fedcctr::evaluation
