// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/gru.h"

namespace fedcctr::model {

using torch::Tensor;

namespace {

/// One step. ofInput broadcasts to ofState [K, n, Q, 3 h]; scale, where there is one, [K, n, Q, 1].
Tensor next(const Tensor& state, const Tensor& ofInput, const Tensor& ofState, const Tensor& scale)
{
    const std::int64_t width = state.size(3);
    const auto part = [width](const Tensor& all, std::int64_t i) { return all.narrow(3, i * width, width); };
    Tensor update = torch::sigmoid(part(ofInput, 0) + part(ofState, 0));
    if (scale.defined())
        update = update * scale;
    const Tensor reset = torch::sigmoid(part(ofInput, 1) + part(ofState, 1));
    const Tensor fresh = torch::tanh(part(ofInput, 2) + reset * part(ofState, 2));
    return state + update * (fresh - state);
}

/// state [K, n, Q, h] -> [K, n, Q, 3 h]
Tensor ofState(const Leaves& leaves, std::size_t first, const Tensor& state)
{
    return linearOver(state, leaves[first + 2], leaves[first + 3]);
}

} // namespace

/// What the inputs add to the gates, [K, n, L, 3 h].
Tensor Gru::inputs(const Leaves& leaves, const Tensor& x) const
{
    return linearOver(x, leaves[m_first], leaves[m_first + 1]);
}

Tensor Gru::states(const Leaves& leaves, const Tensor& x) const
{
    const Tensor ofInput = inputs(leaves, x);
    std::vector<Tensor> states{
        torch::zeros({x.size(0), x.size(1), 1, leaves[m_first + 2].size(1)}, x.options())};
    for (std::int64_t j = 0; j < x.size(2); ++j)
        states.push_back(
            next(states.back(), ofInput.narrow(2, j, 1), ofState(leaves, m_first, states.back()), Tensor()));
    return torch::cat(states, 2);
}

Tensor Gru::evolved(const Leaves& leaves, const Tensor& x, const Tensor& attention) const
{
    const Tensor ofInput = inputs(leaves, x);
    Tensor state =
        torch::zeros({x.size(0), x.size(1), attention.size(2), leaves[m_first + 2].size(1)}, x.options());
    for (std::int64_t j = 0; j < x.size(2); ++j)
        state =
            next(state, ofInput.narrow(2, j, 1), ofState(leaves, m_first, state), attention.narrow(3, j, 1));
    return state;
}

} // namespace fedcctr::model
