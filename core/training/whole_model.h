// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/model.h"

namespace fedcctr::training {

/// All parameters as one group (K = 1), without copying.
model::Leaves wholeModel(const model::Parameters& parameters);

/// Vectors of all items, for one group. Leaves of wholeModel().
model::ItemVectors wholeCatalogue(const model::Model& model, const model::Leaves& leaves,
    const data::Dataset& dataset, const torch::Device& device);

} // namespace fedcctr::training
