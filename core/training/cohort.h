// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/federation/options.h"
#include "core/nn/model.h"
#include "core/nn/threads.h"
#include "core/privacy/options.h"

#include <span>

namespace fedcctr::training {

/// A gradient, or a parameter difference, over all parameters.
using Update = model::Parameters;

/// Means over clients of the terms of Eq. 22, before their weights.
struct LossMeans {
    double a = 0;
    double b = 0;
    double idra = 0;
    double cdrd = 0;
};

/// What a cohort sends, summed, before noise.
struct CohortResult {
    Update sum; ///< of the clipped uploads (federated), or the mean gradient times the users (central)
    std::vector<double> norms; ///< of each client's upload before clipping; empty in central mode
    LossMeans loss;
};

/// Computes the uploads of a cohort: the clients' axis is the leading axis of every parameter, so one
/// backward gives all gradients. The cohort is cut into shards of a fixed size that the workers share; sums
/// are taken in the order of the shards, so that the result does not depend on the number of threads.
class CohortEngine {
public:
    CohortEngine(const data::Dataset& dataset, const model::Model& model,
        const federation::FederationOptions& federation, const model::LossOptions& loss,
        const torch::Device& device, const model::Workers& workers, std::uint64_t seed,
        const augment::Augmentation* augmentation = nullptr);

    /// Uploads of the given clients at these parameters, each clipped to `clipNorm` (Eq. 24), as a whole or
    /// tensor by tensor. lambda1 and lambda2 may change from round to round.
    CohortResult run(const model::Parameters& parameters, std::span<const std::int32_t> clients, int round,
        double clipNorm, const model::LossOptions& loss,
        privacy::Clipping clipping = privacy::Clipping::Whole) const;

    /// One client's upload before clipping, over all parameters, computed alone: what run() must agree with.
    Update single(const model::Parameters& parameters, std::int32_t client, int round,
        const model::LossOptions& loss) const;

private:
    struct Shard;
    struct Gradients;

    std::vector<model::Batch> batches(
        std::span<const std::int32_t> clients, int round, std::int64_t groups) const;
    Gradients uploads(const model::Parameters& parameters, std::span<const std::int32_t> clients, int round,
        std::int64_t groups, const model::LossOptions& loss) const;
    Shard clipped(Gradients gradients, double clipNorm, privacy::Clipping clipping) const;

    const model::Model& m_model;
    federation::FederationOptions m_federation;
    model::ExampleSource m_examples;
    model::BatchShape m_shape;
    torch::Device m_device;
    const model::Workers& m_workers;
    std::uint64_t m_seed;
};

} // namespace fedcctr::training
