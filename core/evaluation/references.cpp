// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/references.h"

#include "core/data/history.h"

#include <algorithm>
#include <cmath>
#include <limits>

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

ItemKnnRanker::ItemKnnRanker(const data::Dataset& dataset)
    : m_usersOfItem(static_cast<std::size_t>(dataset.itemCount()))
    , m_userCount(static_cast<double>(dataset.userCount()))
{
    for (std::size_t user = 0; user < dataset.userCount(); ++user)
        for (const data::Event& event : data::trainingEvents(dataset, user)) {
            std::vector<std::int32_t>& users = m_usersOfItem[static_cast<std::size_t>(event.item)];
            if (users.empty() || users.back() != static_cast<std::int32_t>(user))
                users.push_back(static_cast<std::int32_t>(user));
        }
}

std::vector<float> ItemKnnRanker::scores(
    std::span<const ItemId> history, std::span<const ItemId> candidates) const
{
    // Weight per user: over the history's items, 1/sqrt(|users of the item|) if the user has it.
    std::vector<double> weight(static_cast<std::size_t>(m_userCount), 0.0);
    for (const ItemId item : history) {
        const auto& users = m_usersOfItem[static_cast<std::size_t>(item)];
        for (const std::int32_t user : users)
            weight[static_cast<std::size_t>(user)] += 1 / std::sqrt(static_cast<double>(users.size()));
    }
    std::vector<float> result;
    for (const ItemId item : candidates) {
        const auto& users = m_usersOfItem[static_cast<std::size_t>(item)];
        double sum = 0;
        for (const std::int32_t user : users)
            sum += weight[static_cast<std::size_t>(user)];
        const auto count = static_cast<double>(users.size());
        const double cosine = users.empty() ? 0 : sum / std::sqrt(count);
        // Smaller than any difference of two cosines that could matter.
        result.push_back(static_cast<float>(cosine + 1e-6 * count / m_userCount));
    }
    return result;
}

DomainMetrics evaluateReference(const ReferenceRanker& ranker, const data::Dataset& dataset, data::Split split)
{
    DomainMetrics metrics;
    for (const data::Domain domain : data::kDomains) {
        std::vector<UserResult> results;
        for (std::size_t user = 0; user < dataset.userCount(); ++user) {
            const std::ptrdiff_t position = dataset.targetPosition(split, domain, user);
            if (position < 0)
                continue;
            const auto at = static_cast<std::size_t>(position);
            const data::History history
                = data::historyBefore(dataset, user, at, std::numeric_limits<std::size_t>::max());
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
