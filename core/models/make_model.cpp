// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/make_model.h"

#include "core/models/idst_cl.h"
#include "core/models/private_head.h"

namespace fedcctr::model {

std::unique_ptr<Model> makeModel(const data::Dataset& dataset, const ModelOptions& options,
    std::vector<float> prior, const augment::Augmentation& augmentation, const torch::Device& device)
{
    if (options.architecture == Architecture::PrivateHead)
        return std::make_unique<PrivateHead>(dataset, options, std::move(prior), device, augmentation.items);
    return std::make_unique<IdstCl>(
        dataset, options, device, !augmentation.users.empty(), augmentation.items);
}

} // namespace fedcctr::model
