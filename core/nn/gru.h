// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/model.h"

namespace fedcctr::model {

/// A gated recurrent unit over sequences, with the tensors of addGru():
///     u = sigmoid(W_u x + U_u h), r = sigmoid(W_r x + U_r h), n = tanh(W_n x + r * U_n h),
///     h' = (1 - u) h + u n
class Gru {
public:
    /// `first`: place of the unit's first tensor.
    explicit Gru(std::size_t first)
        : m_first(first)
    {
    }

    /// States after 0 … L events, from 0. x [K, n, L, in] -> [K, n, L + 1, h]
    torch::Tensor states(const Leaves& leaves, const torch::Tensor& x) const;

    /// AUGRU (DIEN, Eq. 15-16): the state after all events when an attention scales each event's update gate,
    /// so that an event of attention 0 leaves the state as it is; for Q attentions over the same events.
    /// x [K, n, L, in], attention [K, n, Q, L] -> [K, n, Q, h]
    torch::Tensor evolved(const Leaves& leaves, const torch::Tensor& x, const torch::Tensor& attention) const;

private:
    torch::Tensor inputs(const Leaves& leaves, const torch::Tensor& x) const;

    std::size_t m_first;
};

} // namespace fedcctr::model
