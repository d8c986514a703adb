// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/augmentation.h"
#include "core/nn/model.h"

#include <memory>
#include <vector>

namespace fedcctr::model {

/// What a model is made of.
struct Ingredients {
    const data::Dataset& dataset;
    const ModelOptions& options;
    std::vector<float>& prior; ///< of the private head, which takes it
    const augment::Augmentation& augmentation;
    const torch::Device& device;
};

/// Specialised by each model's pair.
template <typename Made> std::unique_ptr<Model> made(const Ingredients& of);

/// For made(): a model of histories and the items' features.
template <typename Made> std::unique_ptr<Model> madeOfHistories(const Ingredients& of)
{
    return std::make_unique<Made>(of.dataset, of.options, of.device, of.augmentation.items);
}

} // namespace fedcctr::model
