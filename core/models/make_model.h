// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/model.h"

namespace fedcctr::model {

/// The model that the options ask for. `prior`: popularity for the private head, one value per item, or
/// empty. `augmentation`: the used parts; read are the items' features and whether users have profiles.
std::unique_ptr<Model> makeModel(const data::Dataset& dataset, const ModelOptions& options,
    std::vector<float> prior, const augment::Augmentation& augmentation, const torch::Device& device);

} // namespace fedcctr::model
