// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/augmentation.h"
#include "core/data/dataset.h"

#include <span>
#include <vector>

namespace fedcctr::model {

/// One vector per item from public text: TF-IDF of the words and word pairs of each of its fields (sublinear
/// tf, smoothed idf, terms of at least two items, length 1), the fields averaged and scaled to length 1,
/// reduced to `width` by a randomised SVD (Halko, Martinsson, Tropp 2011) and scaled back to length 1. Items
/// without text, and coordinates beyond the rank, are zero. Row-major [items, width]; deterministic, for any
/// number of threads. Kept beside a dataset that was loaded (core/data/dataset_cache.h).
/// `features`: as in itemWords().
std::vector<float> textVectors(
    const data::Dataset& dataset, int width, std::span<const augment::ItemFeatures> features = {});

} // namespace fedcctr::model
