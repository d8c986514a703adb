// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/augmentation.h"
#include "core/data/dataset.h"
#include "core/model/ordered_products.h"

#include <span>

namespace fedcctr::model {

/// A row per item: the mean of its fields' unit vectors, all over one vocabulary, so that a keyword meets the
/// same word in another item's title. A field's vector holds the TF-IDF (sublinear tf, smoothed idf) of its
/// words and pairs of neighbouring words, those of at least two items, in alphabetical order. Each field
/// weighs the same, however long. The mean of unit vectors is shorter than 1, the more so the less they
/// share; scaled back, an item counts for the singular vectors the same whatever the number of its fields.
/// (Only the direction matters, so the sum will do for the mean.) `features`: as in itemWords().
SparseMatrix tfIdf(const data::Dataset& dataset, std::span<const augment::ItemFeatures> features);

} // namespace fedcctr::model
