// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/model.h"

namespace fedcctr::model {

/// How much an event says about a candidate: h . relu(W [x, q, x * q] + b), the activation unit of Deep
/// Interest Network (Zhou et al., KDD 2018), whose difference x - q is in the span of the first two.
class ActivationUnit {
public:
    /// `first`: where addActivationUnit() put the first of them.
    explicit ActivationUnit(std::size_t first)
        : m_first(first)
    {
    }

    /// events [K, n, Q or 1, l, v], candidates [K, n, Q, v] -> [K, n, Q, l]. `multiplied`: what stands for
    /// the events in x * q.
    torch::Tensor scores(const Leaves& leaves, const torch::Tensor& events, const torch::Tensor& multiplied,
        const torch::Tensor& candidates) const;

    /// Sum of the events by their scores, as published without a softmax. there [K, n, Q or 1, l] ->
    /// [K, n, Q, v]
    torch::Tensor interest(const Leaves& leaves, const torch::Tensor& events, const torch::Tensor& candidates,
        const torch::Tensor& there) const;

private:
    std::size_t m_first;
};

} // namespace fedcctr::model
