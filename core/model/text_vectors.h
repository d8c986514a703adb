// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/augmentation.h"
#include "core/data/dataset.h"
#include "core/data/text.h"

#include <cstdint>
#include <vector>

namespace fedcctr::model {

using data::words;

/// Words of an item's title and categories, as indices into a vocabulary hashed to `buckets`; distinct, at
/// most `most`.
std::vector<std::int32_t> hashedTokens(const data::Item& item, int buckets, std::size_t most);

/// A user profile as indices into a vocabulary hashed to `buckets`: "age: …", "gender: …" unless unknown, and
/// the words of the interests.
std::vector<std::int32_t> profileTokens(const augment::UserProfile& profile, int buckets);

/// One vector per item from public text: TF-IDF of the words and word pairs of title and categories
/// (sublinear tf, smoothed idf, terms of at least two items, rows of length 1), reduced to `width` by a
/// randomised SVD (Halko, Martinsson, Tropp 2011) and scaled back to length 1. Items without text, and
/// coordinates beyond the rank, are zero. Row-major [items, width]; deterministic.
std::vector<float> textVectors(const data::Dataset& dataset, int width);

} // namespace fedcctr::model
