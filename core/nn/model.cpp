// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/model.h"

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

} // namespace fedcctr::model
