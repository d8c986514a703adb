// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/item_text.h"

#include <cstdint>
#include <vector>

namespace fedcctr::model {

/// What the catalogue tells of every item without anybody's behaviour: nothing here costs privacy.
struct PublicItems {
    ItemText text;
    std::vector<float> hasText; ///< [items] 1 or 0
    /// [items] Rank of the id among those of both domains, from 0 to 1: by length, then by its characters.
    /// Shops give ids in the order of listing, so that it tells an item's age; for other ids it means
    /// nothing, and learning finds that out.
    std::vector<float> order;
    std::vector<float> ownOrder; ///< [items] the same among those of the item's own domain
    std::vector<std::int32_t>
        head; ///< [items] number of the title's first word (often the brand), -1 without
};

/// `features`: as in itemWords(); they join the text only.
PublicItems publicItems(const data::Dataset& dataset, const ModelOptions& options,
    std::span<const augment::ItemFeatures> features = {});

} // namespace fedcctr::model
