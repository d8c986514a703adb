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
    const Tensor left = x.masked_fill(x < 0, -2); // no key is not shared
    Tensor found =
        torch::zeros({x.size(0), x.size(1), x.size(2), y.size(2)}, x.options().dtype(torch::kBool));
    // Key by key: side by side they would be w w times as many numbers.
    for (std::int64_t i = 0; i < x.size(3); ++i)
        for (std::int64_t j = 0; j < y.size(3); ++j)
            found.logical_or_(left.select(3, i).unsqueeze(3) == y.select(3, j).unsqueeze(2));
    return found;
}

} // namespace fedcctr::model
