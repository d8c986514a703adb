// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

#include <torch/types.h>

namespace fedcctr::model {

/// itemKeys() as a tensor, [items, kKeysPerItem].
torch::Tensor itemKeyTable(const data::Dataset& dataset, const torch::Device& device);

/// Public rows of items: table [items, w], items [K, R], index [K, …] of rows -> [K, …, w]
torch::Tensor rowsOfItems(const torch::Tensor& table, const torch::Tensor& items, const torch::Tensor& index);

/// Whether two items share a key. x [K, n, Q, w], y [K, n, L, w] -> bool [K, n, Q, L]
torch::Tensor shareKeys(const torch::Tensor& x, const torch::Tensor& y);

} // namespace fedcctr::model
