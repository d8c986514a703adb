// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/augmentation.h"
#include "core/model/item_words.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace fedcctr::model {

inline constexpr int kTokenBuckets = 4096; ///< of item texts

/// Indices into a hashed vocabulary with their weights, by rising index.
using WeightedTokens = std::vector<std::pair<std::int32_t, float>>;

/// An item's words in a vocabulary hashed to `buckets`, weighted so that the weighted sum of their embeddings
/// is the mean over the fields that have words of each field's own mean over its distinct tokens (Eq. 11's
/// features). The weights sum to 1; none for an item without words. The order of phrases does not matter.
WeightedTokens itemTokens(const ItemWords& words, int buckets);

/// A user profile as indices into a vocabulary hashed to `buckets`: "age: …", "gender: …" unless unknown, and
/// the words of the interests.
std::vector<std::int32_t> profileTokens(const augment::UserProfile& profile, int buckets);

} // namespace fedcctr::model
