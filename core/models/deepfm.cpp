// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/deepfm.h"

#include "core/models/made.h"
#include "core/models/specs/registry.h"

namespace fedcctr::model {

using torch::Tensor;

DeepFm::DeepFm(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
    std::span<const augment::ItemFeatures> features)
    : CtrModel(infoOf<DeepFm>(), dataset, options, device, features)
    , m_linear(places("linear"))
{
}

Tensor DeepFm::interests(const Asked& /*asked*/) const
{
    return {};
}

Tensor DeepFm::besideMlp(const Asked& asked, const Tensor& users) const
{
    return product(asked.candidates, asked.leaves[m_linear[asked.domain]]).squeeze(3)
        + (users * asked.candidates).sum(3);
}

template <> std::unique_ptr<Model> made<DeepFm>(const Ingredients& of)
{
    return madeOfHistories<DeepFm>(of);
}

} // namespace fedcctr::model
