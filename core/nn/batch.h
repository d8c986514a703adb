// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/examples.h"

#include <torch/types.h>

#include <span>

namespace fedcctr::model {

/// Sequences of one stream (A, B or merged), right-padded.
struct StreamBatch {
    torch::Tensor index; ///< [K, n, L] rows of the group's item leaf; padding points at row 0
    torch::Tensor length; ///< [K, n] int64
};

/// Targets of one domain, right-padded.
struct TargetBatch {
    torch::Tensor item; ///< [K, n, T] rows of the item leaf
    torch::Tensor prefixA; ///< [K, n, T] how many events of each stream stand before the target
    torch::Tensor prefixB;
    torch::Tensor prefixM;
    torch::Tensor mask; ///< [K, n, T] float, 1 for a target, 0 for padding
    torch::Tensor negatives; ///< [K, n, T, N], or [K, n, 1, N] when shared by the targets
    torch::Tensor label; ///< [K, n, T] float, 1 or 0; undefined where every target is a positive
};

/// Tokens of the users' profiles. Undefined without PrivAugNet's.
struct ProfileBatch {
    torch::Tensor tokens; ///< [K, n, S]
    torch::Tensor weights; ///< [K, n, S] float, summing to 1 or all 0
};

/// K groups of n users: in federated training K clients of one user each, in central training one group.
struct Batch {
    torch::Tensor users; ///< [K, n] numbers of the users
    torch::Tensor
        rows; ///< [K, R] items that a group touches; padding repeats item 0, whose extra rows get no gradient
    StreamBatch a;
    StreamBatch b;
    StreamBatch merged;
    std::array<TargetBatch, 2> targets; ///< by domain; none in a domain that the task does not predict
    std::array<bool, 2> predicted{true, true}; ///< by domain: whether the task predicts it
    std::array<TargetBatch, 2> auxiliary; ///< the same of both domains, for tasks beside the main one
    std::array<StreamBatch, 2> original; ///< a and b without their liked items; undefined if nobody has any
    torch::Tensor liked; ///< [2, K, n] how many liked items stand in front; undefined likewise
    ProfileBatch profile;
};

/// How the examples of a batch are laid out.
struct BatchShape {
    std::int64_t groups = 1; ///< K; the examples of a group stand together
    std::int64_t itemCount = 0; ///< of the dataset
    bool sharedNegatives = false;
    std::int64_t negatives = 0; ///< N
    bool labels = false; ///< targets are 1 or 0 (Label::Rating)
    TargetDomain target = TargetDomain::Both;
};

/// One batch per local step, over the same rows. Every step has the same users in the same order.
std::vector<Batch> makeBatches(
    std::span<const std::vector<ClientExample>> steps, const BatchShape& shape, const torch::Device& device);

/// n examples over the full item table: indices are ItemIds, K = 1.
struct RankingBatch {
    torch::Tensor users; ///< [n]
    StreamBatch a;
    StreamBatch b;
    StreamBatch merged;
    torch::Tensor candidates; ///< [n, C]
    ProfileBatch profile; ///< with K = 1
};

/// All examples have the same number of candidates.
RankingBatch makeRankingBatch(std::span<const RankingExample> examples, const torch::Device& device);

} // namespace fedcctr::model
