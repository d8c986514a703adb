// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/joint_model.h"
#include "core/nn/gru.h"

namespace fedcctr::model {

/// Deep Interest Evolution Network (Zhou et al., AAAI 2019, arXiv 1809.03672), a model of one domain: a GRU
/// over the history extracts interest states, an auxiliary loss lets each state tell the next event from a
/// random item (Eq. 6); a candidate attends to the states (Eq. 14) and a GRU whose update gate that attention
/// scales (AUGRU, Eq. 15-16) gives the interest as it has evolved towards the candidate; an MLP over it and
/// the candidate gives the logit. Domains share the item table only.
///
/// Decided here: states are as wide as an item, so that the auxiliary loss takes their inner product, as in
/// the publication; its random items are the batch's negatives; the MLP's activation is relu and it takes no
/// other features.
class Dien : public JointModel {
public:
    /// `features`: as in itemWords().
    Dien(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
        std::span<const augment::ItemFeatures> features = {});

private:
    torch::Tensor logits(const Leaves& leaves, const torch::Tensor& vectors, const Query& query,
        Dropout& dropout) const override;
    std::vector<torch::Tensor> ownTerms(const Leaves& leaves, const Batch& batch,
        const torch::Tensor& vectors, std::span<const double> weights, Dropout& dropout) const override;

    torch::Tensor auxiliary(
        const Leaves& leaves, const Batch& batch, const torch::Tensor& vectors, data::Domain domain) const;

    std::size_t m_hidden; ///< layers of the MLP before its last
    std::array<std::size_t, 2> m_extractor; ///< by domain
    std::array<std::size_t, 2> m_attend;
    std::array<std::size_t, 2> m_evolver;
    std::array<std::size_t, 2> m_mlp;
};

} // namespace fedcctr::model
