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

/// From ModelOptions::vectorsFile, or textVectors() of `textWidth` coordinates without one. The file has a
/// line "item,x1,x2,…" per item, with the dataset's item ids, plain or gzipped; items it does not name get 0.
/// Throws Error naming file and line. `features`: as in itemWords(); a file's vectors stand without them.
ItemText itemText(const data::Dataset& dataset, const ModelOptions& options,
    std::span<const augment::ItemFeatures> features = {});

} // namespace fedcctr::model
