// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/federation/silo_options.h"

#include <torch/types.h>

#include <cstdint>
#include <stop_token>

namespace fedcctr::silos {

/// What a silo's collaborative model learnt of its items and users, in one space: a user's inner product with
/// an item tells how well they fit.
struct CollaborativeVectors {
    torch::Tensor items; ///< [items, d]
    torch::Tensor users; ///< [users, d]
    double loss = 0; ///< BPR, of the last epoch
};

/// Trains on a silo's training events alone: BPR (Rendle et al. 2009, -ln σ(u·i - u·j) over training pairs,
/// one fresh negative j each that the user did not take) in full-batch steps of Adam; LightGCN (He et al.
/// 2020) takes as vectors the means over 0 … h hops in the graph of who took what, with edges weighted
/// 1 / sqrt(degree degree), h = FedMmOptions::hops; matrix factorisation is the same with h = 0.
///
/// Where texts start the vectors, an item's first vector is the weighted mean of fixed random vectors of its
/// hashed words, the same in every silo, and a user's the mean of the user's items'. Collaborative::Text
/// stops there: an item's vector is public, and a user's depends on nobody else. Throws Error(Failure) when
/// stopped, and Error if texts are asked for and an item has none.
CollaborativeVectors collaborativeVectors(const data::Dataset& silo, const federation::FedMmOptions& options,
    std::uint64_t seed, const std::stop_token& stop = {});

} // namespace fedcctr::silos
