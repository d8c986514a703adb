// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/types.h>

namespace fedcctr::model {

/// The events of a long sequence that an exact unit sees, chosen for each query Q: a target, or a target with
/// one of its candidates.
struct Chosen {
    torch::Tensor events; ///< [K, n, Q or 1, l, v]; 1 where all are chosen
    torch::Tensor there; ///< [K, n, Q, l] 1 for a chosen event, 0 for another one or padding
};

/// The newest `most` of the events x [K, n, L, v] whose `valid` [K, n, Q, L] is 1.
Chosen newestOf(const torch::Tensor& x, const torch::Tensor& valid, std::int64_t most);

/// The `most` valid ones of the highest scores, [K, n, Q, L].
Chosen bestOf(
    const torch::Tensor& x, const torch::Tensor& scores, const torch::Tensor& valid, std::int64_t most);

/// 1 for each query's `most` best of the events that are there. scores, there [K, n, Q, l] -> [K, n, Q, l]
torch::Tensor amongBest(const torch::Tensor& scores, const torch::Tensor& there, std::int64_t most);

/// Mean of the chosen events; 0 of none. [K, n, Q, v]
torch::Tensor meanOf(const Chosen& chosen);

/// softmax(q k^T / sqrt(d)) v over each query's own events; 0 of none. q [K, n, Q, d], k [K, n, Q or 1, l,
/// d], v [K, n, Q or 1, l, w], there [K, n, Q or 1, l] -> [K, n, Q, w]
torch::Tensor attended(
    const torch::Tensor& q, const torch::Tensor& k, const torch::Tensor& v, const torch::Tensor& there);

/// Of a query's candidates what holds for the query: [K, n, T, …] -> [K, n, T C, …]
torch::Tensor perCandidate(const torch::Tensor& x, std::int64_t candidates);

} // namespace fedcctr::model
