// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/selection.h"

#include "core/nn/layers.h"

#include <cmath>
#include <limits>

namespace fedcctr::model {

using torch::Tensor;

Chosen bestOf(const Tensor& x, const Tensor& scores, const Tensor& valid, std::int64_t most)
{
    if (most >= x.size(2))
        return {x.unsqueeze(2), valid};
    constexpr double kNever = -std::numeric_limits<double>::infinity();
    const auto [values, place] = scores.detach().masked_fill(valid == 0, kNever).topk(most, 3);
    return {gatherRows(x.flatten(0, 1), place.flatten(0, 1)).unflatten(0, {x.size(0), x.size(1)}),
        (values > kNever).to(valid.scalar_type())};
}

Chosen newestOf(const Tensor& x, const Tensor& valid, std::int64_t most)
{
    return bestOf(x, torch::arange(x.size(2), valid.options()).expand_as(valid), valid, most);
}

Tensor amongBest(const Tensor& scores, const Tensor& there, std::int64_t most)
{
    if (most >= there.size(3))
        return there;
    constexpr double kNever = -std::numeric_limits<double>::infinity();
    const Tensor place = std::get<1>(scores.detach().masked_fill(there == 0, kNever).topk(most, 3));
    return torch::zeros_like(there).scatter(3, place, 1) * there;
}

Tensor meanOf(const Chosen& chosen)
{
    const Tensor shares = chosen.there / chosen.there.sum(3, true).clamp_min(1);
    return torch::matmul(shares.unsqueeze(3), chosen.events).squeeze(3);
}

Tensor attended(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& there)
{
    const double scale = 1 / std::sqrt(static_cast<double>(q.size(3)));
    if (k.size(2) == 1) { // all queries see the same events: no copy of them for each
        const Tensor scores = torch::matmul(q, k.squeeze(2).transpose(2, 3)) * scale; // [K, n, Q, l]
        return torch::matmul(maskedSoftmax(scores, there), v.squeeze(2));
    }
    const Tensor scores = torch::matmul(k, q.unsqueeze(4)).squeeze(4) * scale; // [K, n, Q, l]
    return torch::matmul(maskedSoftmax(scores, there).unsqueeze(3), v).squeeze(3);
}

Tensor perCandidate(const Tensor& x, std::int64_t candidates)
{
    return x.repeat_interleave(candidates, 2);
}

} // namespace fedcctr::model
