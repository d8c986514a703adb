// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/model.h"

#include "core/model/idst_cl.h"
#include "core/model/private_head.h"

#include <numeric>

namespace fedcctr::model {

using torch::Tensor;

std::int64_t Parameters::count() const
{
    return std::accumulate(dense.begin(), dense.end(), items.numel(),
        [](std::int64_t sum, const Tensor& tensor) { return sum + tensor.numel(); });
}

Parameters Parameters::clone() const
{
    Parameters copy;
    for (const Tensor& tensor : dense)
        copy.dense.push_back(tensor.clone());
    copy.items = items.clone();
    return copy;
}

Parameters Parameters::zerosLike() const
{
    Parameters zeros;
    for (const Tensor& tensor : dense)
        zeros.dense.push_back(torch::zeros_like(tensor));
    zeros.items = torch::zeros_like(items);
    return zeros;
}

Tensor LossParts::total(const LossOptions& options) const
{
    return a + b + options.lambda1 * idra + options.lambda2 * cdrd;
}

std::unique_ptr<Model> makeModel(const data::Dataset& dataset, const ModelOptions& options,
    std::vector<float> prior, const augment::Augmentation& augmentation, const torch::Device& device)
{
    if (options.architecture == Architecture::PrivateHead)
        return std::make_unique<PrivateHead>(dataset, options, std::move(prior), device, augmentation.items);
    return std::make_unique<IdstCl>(
        dataset, options, device, !augmentation.users.empty(), augmentation.items);
}

} // namespace fedcctr::model
