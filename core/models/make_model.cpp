// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/make_model.h"

#include "core/models/made.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

namespace {

/// The listed model of the description.
template <typename... Models>
std::unique_ptr<Model> madeAs(
    ModelList<Models...> /*list*/, const ModelInfo& wanted, const Ingredients& ingredients)
{
    std::unique_ptr<Model> result;
    ((&infoOf<Models>() == &wanted ? static_cast<void>(result = made<Models>(ingredients))
                                   : static_cast<void>(0)),
        ...);
    return result;
}

} // namespace

std::unique_ptr<Model> makeModel(const data::Dataset& dataset, const ModelOptions& options,
    std::vector<float> prior, const augment::Augmentation& augmentation, const torch::Device& device)
{
    return madeAs(
        AllModels(), modelInfo(options.architecture), {dataset, options, prior, augmentation, device});
}

} // namespace fedcctr::model
