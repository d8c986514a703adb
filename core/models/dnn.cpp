// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/dnn.h"

#include "core/models/made.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

using torch::Tensor;

Dnn::Dnn(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
    std::span<const augment::ItemFeatures> features)
    : CtrModel(infoOf<Dnn>(), dataset, options, device, features)
{
}

Tensor Dnn::interests(const Asked& /*asked*/) const
{
    return {};
}

template <> std::unique_ptr<Model> made<Dnn>(const Ingredients& of)
{
    return madeOfHistories<Dnn>(of);
}

} // namespace fedcctr::model
