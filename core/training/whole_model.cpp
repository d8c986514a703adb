// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/whole_model.h"

namespace fedcctr::training {

using torch::Tensor;

model::Leaves wholeModel(const model::Parameters& parameters)
{
    model::Leaves leaves;
    for (const Tensor& tensor : parameters.dense)
        leaves.dense.push_back(tensor.unsqueeze(0));
    leaves.items = parameters.items.unsqueeze(0);
    return leaves;
}

model::ItemVectors wholeCatalogue(const model::Model& model, const model::Leaves& leaves,
    const data::Dataset& dataset, const torch::Device& device)
{
    const Tensor everyRow = torch::arange(
        static_cast<std::int64_t>(dataset.itemCount()), torch::TensorOptions(torch::kInt64).device(device));
    return model.itemVectors(leaves, everyRow.unsqueeze(0));
}

} // namespace fedcctr::training
