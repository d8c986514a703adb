// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/item_knn.h"

#include "core/data/history.h"

#include <cmath>

namespace fedcctr::evaluation {

using data::ItemId;

ItemKnnRanker::ItemKnnRanker(const data::Dataset& dataset)
    : m_neighbours(static_cast<std::size_t>(dataset.itemCount()))
    , m_popularity(static_cast<std::size_t>(dataset.itemCount()))
{
    constexpr double kShrinkage = 10;
    std::vector<std::vector<std::size_t>> usersOfItem(m_neighbours.size());
    std::vector<std::vector<ItemId>> itemsOfUser(dataset.userCount());
    for (std::size_t user = 0; user < dataset.userCount(); ++user)
        for (const data::Event& event : data::trainingEvents(dataset, user)) {
            std::vector<std::size_t>& users = usersOfItem[static_cast<std::size_t>(event.item)];
            if (users.empty() || users.back() != user) {
                users.push_back(user);
                itemsOfUser[user].push_back(event.item);
            }
        }
    std::vector<int> together(m_neighbours.size());
    for (std::size_t i = 0; i < m_neighbours.size(); ++i) {
        m_popularity[i] = static_cast<double>(usersOfItem[i].size());
        std::vector<ItemId> met;
        for (const std::size_t user : usersOfItem[i])
            for (const ItemId other : itemsOfUser[user])
                if (static_cast<std::size_t>(other) != i && together[static_cast<std::size_t>(other)]++ == 0)
                    met.push_back(other);
        for (const ItemId other : met) {
            const auto j = static_cast<std::size_t>(other);
            const double norms = std::sqrt(m_popularity[i] * static_cast<double>(usersOfItem[j].size()));
            m_neighbours[i].push_back({other, static_cast<float>(together[j] / (norms + kShrinkage))});
            together[j] = 0;
        }
    }
}

std::vector<float> ItemKnnRanker::scores(
    std::span<const ItemId> history, std::span<const ItemId> candidates) const
{
    std::vector<double> sums(m_neighbours.size(), 0.0);
    for (const ItemId item : history)
        for (const Neighbour& neighbour : m_neighbours[static_cast<std::size_t>(item)])
            sums[static_cast<std::size_t>(neighbour.item)] += static_cast<double>(neighbour.similarity);
    // Smaller than any difference of two sums that could matter.
    constexpr double kTieBreak = 1e-9;
    std::vector<float> result;
    for (const ItemId item : candidates) {
        const auto i = static_cast<std::size_t>(item);
        result.push_back(static_cast<float>(sums[i] + kTieBreak * m_popularity[i]));
    }
    return result;
}

} // namespace fedcctr::evaluation
