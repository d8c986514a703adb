// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/dot_model.h"
#include "core/nn/sequence_encoder.h"

namespace fedcctr::model {

/// FedDCSR (Zhang et al., SDM 2024, arXiv 2309.08420): each domain's sequence is encoded twice, into a
/// representation that domains share and one that is the domain's own, both variational (mean and variance of
/// a normal distribution). Items are predicted from their sum; the terms are the KL divergence from the unit
/// normal, the alignment of what is shared, and a contrastive infomax term between a sequence's own
/// representation and that of an augmented view (SRD and CIM there).
///
/// There, a client is a domain, and what is a domain's own stays on it. Here a client is a person with both
/// domains. Decided: the shared encoder and each domain's own encoder are averaged over clients (twelve
/// clicks train no encoder), and what stays on the client is a vector per domain that is added to its own
/// representation (PerUser: checkpointed, never uploaded, no charge). The alignment is that of the two
/// domains' shared representations of one user, 1 - cos. The view is made by masking items, and told from
/// those of ContrastInstances. The graph in front of the encoders is left out. Ranking takes the means.
class FedDcsr : public DotModel {
public:
    /// `features`: as in itemWords().
    FedDcsr(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
        std::span<const augment::ItemFeatures> features = {});

private:
    /// Of what encode() returns, for each domain.
    enum Part : std::size_t {
        kShared,
        kOwn,
        kSharedLogVariance,
        kOwnLogVariance,
        kSharedMean,
        kOwnMean,
        kParts
    };

    Encoded encode(const Leaves& leaves, const torch::Tensor& vectors, const Histories& histories,
        Dropout& dropout) const override;
    torch::Tensor userVectors(data::Domain domain, const Leaves& leaves, const Encoded& encoded,
        const Prefixes& before) const override;
    std::vector<torch::Tensor> ownTerms(
        const Training& of, std::span<const double> weights, Dropout& dropout) const override;
    std::array<torch::Tensor, 3> wholeRepresentations(
        const Encoded& encoded, const Prefixes& before) const override;

    torch::Tensor divergence(const Training& of) const;
    torch::Tensor alignment(const Training& of) const;
    torch::Tensor infomax(const Training& of, Dropout& dropout) const;

    std::vector<SequenceEncoder> m_own; ///< by domain
    SequenceEncoder m_shared;
    std::array<std::size_t, 2> m_ownHead; ///< by domain: log variance of its own representation
    std::size_t m_sharedHead;
    std::array<std::size_t, 2> m_local; ///< by domain: the users' vectors
    std::array<std::size_t, 2> m_user;
    double m_masked;
    double m_tau;
};

} // namespace fedcctr::model
