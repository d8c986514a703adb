// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/augmentation.h"
#include "core/augment/term_table.h"

namespace fedcctr::augment {

/// The offline augmenter's stage 1, see augmentOffline().
std::vector<ItemFeatures> offlineItems(const data::Dataset& dataset, const TermTable& terms);

/// The part of a title that names the thing: up to a comma, bracket, colon, dash or preposition.
std::string_view headOf(std::string_view title);

} // namespace fedcctr::augment
