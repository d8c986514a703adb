// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/reference_ranker.h"

#include "core/base/parallel.h"
#include "core/data/history.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace fedcctr::evaluation {

using data::ItemId;

DomainMetrics evaluateReference(
    const ReferenceRanker& ranker, const data::Dataset& dataset, data::Split split)
{
    DomainMetrics metrics;
    for (const data::Domain domain : data::kDomains) {
        std::vector<std::pair<std::size_t, std::size_t>> targets; // user and position
        for (std::size_t user = 0; user < dataset.userCount(); ++user)
            if (const std::ptrdiff_t position = dataset.targetPosition(split, domain, user); position >= 0)
                targets.emplace_back(user, static_cast<std::size_t>(position));
        std::vector<UserResult> results(targets.size());
        constexpr std::size_t kTogether = 64;
        parallel(coreCount(), (targets.size() + kTogether - 1) / kTogether, [&](std::size_t job) {
            const std::size_t end = std::min(targets.size(), (job + 1) * kTogether);
            for (std::size_t i = job * kTogether; i < end; ++i) {
                const auto [user, at] = targets[i];
                const data::History history =
                    data::historyBefore(dataset, user, at, std::numeric_limits<std::size_t>::max());
                std::vector<ItemId> candidates{dataset.events(user)[at].item};
                std::ranges::copy(dataset.candidates(split, domain, user), std::back_inserter(candidates));
                const std::vector<float> scores = ranker.scores(history.merged, candidates);
                results[i] = userResult(scores[0], std::span(scores).subspan(1));
            }
        });
        metrics[data::index(domain)] = summarise(results);
    }
    return metrics;
}

} // namespace fedcctr::evaluation
