// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/references.h"

#include "core/evaluation/item_knn.h"
#include "core/evaluation/popularity.h"

#include <algorithm>
#include <array>

namespace fedcctr::evaluation {

namespace {

DomainMetrics measureRandom(const data::Dataset& dataset, data::Split /*split*/)
{
    const Metrics random = randomRanking(dataset.provenance.evaluationNegatives);
    return {random, random};
}

template <typename Ranker> DomainMetrics measure(const data::Dataset& dataset, data::Split split)
{
    return evaluateReference(Ranker(dataset), dataset, split);
}

} // namespace

std::span<const Reference> references()
{
    static constexpr std::array kReferences{
        Reference{"random", "random", true, measureRandom},
        Reference{"popularity", "popularity", false, measure<PopularityRanker>},
        Reference{"item-knn", "item-KNN", false, measure<ItemKnnRanker>},
    };
    return kReferences;
}

std::string titleOfReference(const std::string& name)
{
    const auto found = std::ranges::find(references(), name, &Reference::name);
    return found == references().end() ? name : std::string(found->title);
}

} // namespace fedcctr::evaluation
