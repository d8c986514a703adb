// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/co_occurrence.h"

#include "core/data/history.h"

#include <algorithm>
#include <cmath>

namespace fedcctr::model {

using data::Domain;
using data::ItemId;

CoOccurrence::CoOccurrence(const data::Dataset& dataset, bool pairs)
    : m_users(dataset.items.size())
    , m_itemsInA(dataset.itemsInA)
{
    for (std::size_t user = 0; user < dataset.userCount(); ++user) {
        m_items.push_back(data::trainingItems(dataset, user));
        for (const ItemId item : m_items.back())
            m_users[static_cast<std::size_t>(item)].push_back(static_cast<std::int32_t>(user));
    }
    if (pairs)
        countPairs();
}

void CoOccurrence::countPairs()
{
    std::vector<float> weights(m_users.size(), 0.0F);
    std::vector<ItemId> met;
    m_begin.push_back(0);
    for (std::size_t i = 0; i < m_users.size(); ++i) {
        met.clear();
        for (const std::int32_t user : m_users[i]) {
            const float weight = weightOf(static_cast<std::size_t>(user));
            for (const ItemId other : m_items[static_cast<std::size_t>(user)]) {
                float& sum = weights[static_cast<std::size_t>(other)];
                if (sum == 0)
                    met.push_back(other);
                sum += weight;
            }
        }
        std::ranges::sort(met);
        for (const ItemId other : met) {
            float& sum = weights[static_cast<std::size_t>(other)];
            if (static_cast<std::size_t>(other) != i)
                m_neighbours.push_back({other, sum});
            sum = 0;
        }
        const auto own = m_neighbours.begin() + static_cast<std::ptrdiff_t>(m_begin.back());
        const auto inB = std::lower_bound(own, m_neighbours.end(), m_itemsInA,
            [](const Neighbour& neighbour, ItemId first) { return neighbour.item < first; });
        m_beginB.push_back(static_cast<std::size_t>(inB - m_neighbours.begin()));
        m_begin.push_back(m_neighbours.size());
    }
}

bool CoOccurrence::has(std::size_t user, ItemId item) const
{
    return std::ranges::binary_search(m_items[user], item);
}

float CoOccurrence::weightOf(std::size_t user) const
{
    return 1 / std::sqrt(static_cast<float>(m_items[user].size()));
}

int CoOccurrence::count(ItemId item, std::size_t user) const
{
    return static_cast<int>(m_users[static_cast<std::size_t>(item)].size()) - (has(user, item) ? 1 : 0);
}

std::span<const CoOccurrence::Neighbour> CoOccurrence::neighbours(ItemId item, Domain domain) const
{
    if (m_begin.empty())
        return {};
    const auto i = static_cast<std::size_t>(item);
    const std::span all(m_neighbours);
    return domain == Domain::A ? all.subspan(m_begin[i], m_beginB[i] - m_begin[i])
                               : all.subspan(m_beginB[i], m_begin[i + 1] - m_beginB[i]);
}

float CoOccurrence::ownPart(std::size_t user, ItemId item, ItemId other) const
{
    return has(user, item) && has(user, other) ? weightOf(user) : 0.0F;
}

} // namespace fedcctr::model
