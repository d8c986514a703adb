// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/reference_ranker.h"

#include "core/data/history.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace fedcctr::evaluation {

using data::ItemId;

DomainMetrics evaluateReference(
    const ReferenceRanker& ranker, const data::Dataset& dataset, data::Split split)
{
    DomainMetrics metrics;
    for (const data::Domain domain : data::kDomains) {
        std::vector<UserResult> results;
        for (std::size_t user = 0; user < dataset.userCount(); ++user) {
            const std::ptrdiff_t position = dataset.targetPosition(split, domain, user);
            if (position < 0)
                continue;
            const auto at = static_cast<std::size_t>(position);
            const data::History history =
                data::historyBefore(dataset, user, at, std::numeric_limits<std::size_t>::max());
            std::vector<ItemId> candidates{dataset.events(user)[at].item};
            std::ranges::copy(dataset.candidates(split, domain, user), std::back_inserter(candidates));
            const std::vector<float> scores = ranker.scores(history.merged, candidates);
            results.push_back(userResult(scores[0], std::span(scores).subspan(1)));
        }
        metrics[data::index(domain)] = summarise(results);
    }
    return metrics;
}

} // namespace fedcctr::evaluation
