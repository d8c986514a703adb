// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/augmentation.h"
#include "core/data/dataset.h"

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace fedcctr::model {

/// A phrase, such as a title or a keyword, as its words.
using Phrase = std::vector<std::string>;

/// An item's public texts by field: title, categories, genres, themes, keywords. Phrases without a word are
/// left out, so that an empty field has none.
using ItemWords = std::array<std::vector<Phrase>, 5>;

ItemWords itemWords(const data::Item& item, const augment::ItemFeatures& features = {});

/// Those of an item of a dataset. `features`: what PrivAugNet found, by ItemId, or empty.
ItemWords itemWords(
    const data::Dataset& dataset, std::span<const augment::ItemFeatures> features, std::size_t item);

} // namespace fedcctr::model
