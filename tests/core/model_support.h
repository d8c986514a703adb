// SPDX-License-Identifier: GPL-3.0-or-later
// For tests that include torch: include this before any Qt header.
#pragma once

#include "core/data/demo.h"
#include "core/federated/cohort.h"

#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace fedcctr::test {

inline const torch::Device kHost{torch::kCPU};

/// A demo dataset of few users, made once.
inline const data::Dataset& smallDataset()
{
    static const data::Dataset kDataset = data::generateDemo({.users = 40, .items = 110, .seed = 5}).dataset;
    return kDataset;
}

/// A model small enough for finite differences. No dropout.
inline model::ModelOptions tinyModel()
{
    model::ModelOptions options;
    options.idWidth = 6;
    options.featureWidth = 4;
    options.positionWidth = 6;
    options.heads = 2;
    options.mlp = "8-4";
    options.historyLength = 6;
    options.textWidth = 8;
    options.dropout = 0;
    return options;
}

/// All tensors of a set of parameters, the item table last.
inline std::vector<torch::Tensor> tensorsOf(const model::Parameters& parameters)
{
    std::vector<torch::Tensor> tensors = parameters.dense;
    tensors.push_back(parameters.items);
    return tensors;
}

inline model::Parameters zerosLike(const model::Parameters& like)
{
    model::Parameters zeros = like.clone();
    for (torch::Tensor& tensor : zeros.dense)
        tensor.zero_();
    zeros.items.zero_();
    return zeros;
}

inline void addScaled(model::Parameters& sum, const model::Parameters& other, double factor)
{
    for (std::size_t i = 0; i < sum.dense.size(); ++i)
        sum.dense[i].add_(other.dense[i], factor);
    sum.items.add_(other.items, factor);
}

inline double normOf(const model::Parameters& parameters)
{
    double square = 0;
    for (const torch::Tensor& tensor : tensorsOf(parameters))
        square += tensor.to(torch::kFloat64).square().sum().item<double>();
    return std::sqrt(square);
}

/// |x - y| / |y| over all coordinates together.
inline double relativeDistance(const model::Parameters& x, const model::Parameters& y)
{
    model::Parameters difference = x.clone();
    addScaled(difference, y, -1);
    return normOf(difference) / normOf(y);
}

inline bool sameBits(const model::Parameters& x, const model::Parameters& y)
{
    const std::vector<torch::Tensor> left = tensorsOf(x);
    const std::vector<torch::Tensor> right = tensorsOf(y);
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
        [](const torch::Tensor& a, const torch::Tensor& b) { return torch::equal(a, b); });
}

/// Breaks the symmetry of the start: biases and gains that are not all zeros and ones.
inline model::Parameters shaken(model::Parameters parameters, double deviation = 0.2)
{
    Random random(77);
    for (torch::Tensor& tensor : parameters.dense)
        for (std::int64_t i = 0; i < tensor.numel(); ++i)
            tensor.data_ptr<float>()[i] += static_cast<float>(deviation * random.normal());
    for (std::int64_t i = 0; i < parameters.items.numel(); ++i)
        parameters.items.data_ptr<float>()[i] += static_cast<float>(deviation * random.normal());
    return parameters;
}

} // namespace fedcctr::test
