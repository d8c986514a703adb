// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

#include <array>
#include <vector>

namespace fedcctr::model {

inline constexpr std::size_t kKeysPerItem = 4;

/// Numbers of keys, -1 where an item has fewer.
using ItemKeys = std::array<std::int32_t, kKeysPerItem>;

/// What hard retrieval matches by: an item's rarest words among those that stand in titles or categories of
/// both domains, since a word that half of the catalogue has says nothing, and one of a single domain finds
/// nothing in the other. Rarity is the number of items with the word; ties by the word.
std::vector<ItemKeys> itemKeys(const data::Dataset& dataset);

/// Two items are of one kind if they share a key.
bool shareKey(const ItemKeys& x, const ItemKeys& y);

} // namespace fedcctr::model
