// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/activation_unit.h"

namespace fedcctr::model {

using torch::Tensor;

Tensor ActivationUnit::scores(
    const Leaves& leaves, const Tensor& events, const Tensor& multiplied, const Tensor& candidates) const
{
    const Tensor ofEvent = linearOver(events, leaves[m_first], leaves[m_first + 1]); // [K, n, Q or 1, l, h]
    const Tensor ofCandidate = product(candidates, leaves[m_first + 2]); // [K, n, Q, h]
    // (x * q) W = x . (q * W): without the products of all pairs side by side.
    const Tensor& both = leaves[m_first + 3];
    const Tensor scaled = candidates.unsqueeze(4)
        * both.reshape({both.size(0), 1, 1, both.size(1), both.size(2)}); // [K, n, Q, v, h]
    const Tensor hidden = torch::relu(
        ofEvent + ofCandidate.unsqueeze(3) + torch::matmul(multiplied, scaled)); // [K, n, Q, l, h]
    return product(hidden, leaves[m_first + 4]).squeeze(4);
}

Tensor ActivationUnit::interest(
    const Leaves& leaves, const Tensor& events, const Tensor& candidates, const Tensor& there) const
{
    const Tensor weights = scores(leaves, events, events, candidates) * there; // [K, n, Q, l]
    return torch::matmul(weights.unsqueeze(3), events).squeeze(3);
}

} // namespace fedcctr::model
