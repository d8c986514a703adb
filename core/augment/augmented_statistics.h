// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/augmentation.h"
#include "core/data/statistics.h"

namespace fedcctr::augment {

/// The dataset's statistics with the liked items (E_s) counted as training interactions: the right half of
/// the paper's Table 3.
data::Statistics augmentedStatistics(const data::Dataset& dataset, const Augmentation& augmentation);

/// The kinds of features that are filled anywhere: user id, item id, title, categories, creator; with an
/// augmentation also genres, themes, keywords, age, gender, interests. `augmentation` may be null.
std::vector<std::string> featureFields(const data::Dataset& dataset, const Augmentation* augmentation);

} // namespace fedcctr::augment
