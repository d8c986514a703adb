// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/stretches.h"

#include <algorithm>

namespace fedcctr::training {

std::span<float> valuesOf(const torch::Tensor& tensor)
{
    return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

void overStretches(std::span<const torch::Tensor> tensors, const model::Workers* workers,
    const std::function<void(std::size_t tensor, std::size_t begin, std::size_t count)>& work)
{
    constexpr std::size_t kStretch = 1 << 15;
    struct Stretch {
        std::size_t tensor = 0;
        std::size_t begin = 0;
        std::size_t count = 0;
    };
    std::vector<Stretch> stretches;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        const auto count = static_cast<std::size_t>(tensors[i].numel());
        for (std::size_t begin = 0; begin < count; begin += kStretch)
            stretches.push_back({i, begin, std::min(kStretch, count - begin)});
    }
    const auto one = [&](std::size_t s) {
        work(stretches[s].tensor, stretches[s].begin, stretches[s].count);
    };
    if (workers && stretches.size() > 1)
        workers->run(stretches.size(), one);
    else
        for (std::size_t s = 0; s < stretches.size(); ++s)
            one(s);
}

} // namespace fedcctr::training
