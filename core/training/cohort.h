// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/federation/options.h"
#include "core/nn/model.h"
#include "core/nn/threads.h"
#include "core/privacy/options.h"

#include <span>

namespace fedcctr::training {

/// A gradient, or a parameter difference, over all tensors that leave the client; those of users are empty.
using ClientUpdate = model::Parameters;

/// The new rows of a tensor of users (Rows::PerUser), which stay where they are.
struct UserRows {
    std::size_t tensor = 0;
    torch::Tensor users; ///< [m]
    torch::Tensor values; ///< [m, …]
};

/// Seconds of work by part, of all threads together.
struct PartSeconds {
    double examples = 0; ///< drawing them and laying them out as tensors
    double forward = 0;
    double backward = 0;
    double clip = 0;
    double sum = 0;

    PartSeconds& operator+=(const PartSeconds& other);
};

/// What a cohort sends, summed, before noise.
struct CohortResult {
    ClientUpdate sum; ///< of the clipped uploads (federated), or the mean gradient times the users (central)
    std::vector<double> norms; ///< of each client's upload before clipping; empty in central mode
    /// Means over clients of L^A, L^B and the model's own terms, before their weights.
    std::vector<double> loss;
    std::vector<UserRows> kept; ///< what the clients learnt for themselves
    PartSeconds seconds;
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
    /// tensor by tensor. `weights` of the model's own terms may change from round to round.
    CohortResult run(const model::Parameters& parameters, std::span<const std::int32_t> clients, int round,
        double clipNorm, std::span<const double> weights,
        privacy::Clipping clipping = privacy::Clipping::Whole) const;

    /// One client's upload before clipping, over all parameters, computed alone: what run() must agree with.
    ClientUpdate single(const model::Parameters& parameters, std::int32_t client, int round,
        std::span<const double> weights) const;

private:
    struct Shard;
    struct Gradients;

    std::vector<model::Batch> batches(
        std::span<const std::int32_t> clients, int round, std::int64_t groups) const;
    Gradients uploads(const model::Parameters& parameters, std::span<const std::int32_t> clients, int round,
        std::int64_t groups, std::span<const double> weights) const;
    std::vector<std::size_t> sharingOrder(std::span<const std::int32_t> clients) const;
    Shard clipped(Gradients gradients, double clipNorm, privacy::Clipping clipping) const;
    void addTo(CohortResult& result, const Shard& shard, double users) const;

    const model::Model& m_model;
    federation::FederationOptions m_federation;
    model::LossOptions m_loss;
    model::ExampleSource m_examples;
    model::BatchShape m_shape;
    torch::Device m_device;
    const model::Workers& m_workers;
    std::uint64_t m_seed;
};

} // namespace fedcctr::training
