// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/federated/history_example.h"

#include "core/data/history.h"

namespace fedcctr::federated {

using torch::Tensor;

model::RankingExample historyExample(const data::Dataset& dataset, std::size_t user, std::size_t position,
    const augment::Augmentation* augmentation, std::size_t length)
{
    data::History history = data::historyBefore(dataset, user, position, length);
    model::RankingExample result{
        std::move(history.a), std::move(history.b), std::move(history.merged), {}, {}};
    const model::UserSide side = model::userSide(augmentation, user);
    model::putInFront(result.a, side.liked[0], length);
    model::putInFront(result.b, side.liked[1], length);
    result.profile = side.profile;
    return result;
}

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

} // namespace fedcctr::federated
