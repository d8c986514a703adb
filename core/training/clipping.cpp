// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/clipping.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <span>

namespace fedcctr::training {

using torch::Tensor;

namespace {

double sumOfSquares(std::span<const float> values)
{
    constexpr std::size_t kLanes = 16; // sums that a vector unit takes side by side
    std::array<double, kLanes> sums{};
    std::size_t i = 0;
    for (; i + kLanes <= values.size(); i += kLanes)
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            const auto value = static_cast<double>(values[i + lane]);
            sums[lane] += value * value;
        }
    double rest = 0;
    for (; i < values.size(); ++i)
        rest += static_cast<double>(values[i]) * static_cast<double>(values[i]);
    return std::accumulate(sums.begin(), sums.end(), rest);
}

} // namespace

Tensor squaredNorms(const Tensor& gradients)
{
    if (!gradients.is_cpu() || gradients.scalar_type() != torch::kFloat32)
        return gradients.flatten(1).square().sum(1, false, torch::kFloat64);
    const Tensor values = gradients.contiguous();
    const std::int64_t groups = values.size(0);
    const auto each = static_cast<std::size_t>(values.numel() / std::max<std::int64_t>(1, groups));
    Tensor result = torch::empty({groups}, torch::kFloat64);
    for (std::int64_t k = 0; k < groups; ++k)
        result.data_ptr<double>()[k] =
            sumOfSquares({values.data_ptr<float>() + static_cast<std::size_t>(k) * each, each});
    return result;
}

Tensor clipFactors(double bound, const Tensor& norms)
{
    return (bound / norms.clamp_min(1e-300)).clamp_max(1).to(torch::kFloat32);
}

} // namespace fedcctr::training
