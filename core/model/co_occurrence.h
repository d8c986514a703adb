// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

#include <cstddef>
#include <span>
#include <vector>

namespace fedcctr::model {

/// What users' training events say of items and of pairs of items, with one user left out: U_i are the users
/// who have item i in a training event, S_v the distinct items of user v. A training target is among its
/// user's training events and a held-out one is not; asked without that user, both look alike.
class CoOccurrence {
public:
    struct Neighbour {
        data::ItemId item;
        float weight; ///< sum over the users v who have both of 1 / sqrt(|S_v|)
    };

    /// `pairs`: false counts users only, and nothing has neighbours.
    CoOccurrence(const data::Dataset& dataset, bool pairs);

    std::size_t itemCount() const { return m_users.size(); }

    /// |U_i \ {user}|
    int count(data::ItemId item, std::size_t user) const;

    /// The items of a domain that share a user with this one, by number; all users count.
    std::span<const Neighbour> neighbours(data::ItemId item, data::Domain domain) const;

    /// What the user alone adds to the weight of a pair: 1 / sqrt(|S_u|) if both items are in S_u, else 0.
    float ownPart(std::size_t user, data::ItemId item, data::ItemId other) const;

private:
    bool has(std::size_t user, data::ItemId item) const;
    float weightOf(std::size_t user) const;
    void countPairs();

    std::vector<std::vector<data::ItemId>> m_items; ///< S_v, rising
    std::vector<std::vector<std::int32_t>> m_users; ///< U_i, rising
    data::ItemId m_itemsInA;
    std::vector<Neighbour> m_neighbours; ///< of all items, one after the other
    std::vector<std::size_t> m_begin; ///< items + 1 places in m_neighbours; empty without pairs
    std::vector<std::size_t> m_beginB; ///< where the neighbours in domain B begin
};

} // namespace fedcctr::model
