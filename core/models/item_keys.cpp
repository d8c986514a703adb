// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/item_keys.h"

#include "core/model/item_keys.h"

namespace fedcctr::model {

using torch::Tensor;

Tensor itemKeyTable(const data::Dataset& dataset, const torch::Device& device)
{
    const std::vector<ItemKeys> keys = itemKeys(dataset);
    Tensor table = torch::full(
        {static_cast<std::int64_t>(keys.size()), static_cast<std::int64_t>(kKeysPerItem)}, -1, torch::kInt32);
    for (std::size_t i = 0; i < keys.size(); ++i)
        std::ranges::copy(keys[i], table.data_ptr<std::int32_t>() + i * kKeysPerItem);
    return table.to(device);
}

Tensor rowsOfItems(const Tensor& table, const Tensor& items, const Tensor& index)
{
    const Tensor numbers = items.gather(1, index.flatten(1)); // [K, m]
    std::vector<std::int64_t> shape = index.sizes().vec();
    shape.push_back(table.size(1));
    return table.index_select(0, numbers.flatten()).reshape(shape);
}

Tensor shareKeys(const Tensor& x, const Tensor& y)
{
    const Tensor left = x.unsqueeze(3).unsqueeze(5); // [K, n, Q, 1, w, 1]
    const Tensor right = y.unsqueeze(2).unsqueeze(4); // [K, n, 1, L, 1, w]
    return ((left == right) & (left >= 0)).flatten(4, 5).any(4);
}

} // namespace fedcctr::model
