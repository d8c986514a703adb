// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/augmentation.h"
#include "core/data/dataset.h"
#include "core/model/options.h"

#include <span>
#include <vector>

namespace fedcctr::model {

/// Fixed public vectors of all items, row-major [items, width]; rows of length 1, or 0 where nothing is
/// known.
struct ItemText {
    int width = 0;
    std::vector<float> values;
};

/// The vectors that the options choose, wherever a model or a retrieval reads any: ModelOptions::codes,
/// one-hot, if there are any; else of ModelOptions::vectorsFile if there is one, else of the set
/// ModelOptions::vectors beside the dataset (core/model/vector_set.h), else (kTfIdf) textVectors() of
/// `textWidth` coordinates. The file has a line "item,x1,x2,…" per item, with the dataset's item ids, plain
/// or gzipped; items it does not name get 0. Throws Error naming file and line, or file and remedy.
/// `features`: as in itemWords(); vectors of a file or a set stand without them.
ItemText itemText(const data::Dataset& dataset, const ModelOptions& options,
    std::span<const augment::ItemFeatures> features = {});

} // namespace fedcctr::model
