// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/dot_model.h"

namespace fedcctr::model {

/// DSSM (Huang et al., CIKM 2013), two towers: the history's mean item vector and the candidate's vector each
/// go through two layers of tanh, and the logit is γ times the cosine of the two (Eq. 4-5). FedDSSM is the
/// same with its uploads averaged over clients.
///
/// Decided here: towers per domain over that domain's history, which share the item table only; letter
/// trigrams are the studio's item vectors; both layers are fed-dssm.width wide (the publication: 300, 300 and
/// 128 over 30,000 trigrams). No term of the candidate alone is added, as published, so that popularity has
/// to go through the towers.
class FedDssm : public DotModel {
public:
    /// `features`: as in itemWords().
    FedDssm(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
        std::span<const augment::ItemFeatures> features = {});

private:
    Encoded encode(const Leaves& leaves, const torch::Tensor& vectors, const Histories& histories,
        Dropout& dropout) const override;
    torch::Tensor userVectors(data::Domain domain, const Leaves& leaves, const Encoded& encoded,
        const Prefixes& before) const override;
    torch::Tensor candidateVectors(
        data::Domain domain, const Leaves& leaves, const torch::Tensor& vectors) const override;

    /// Of unit length. x [K, …, in]
    torch::Tensor tower(std::size_t first, const Leaves& leaves, const torch::Tensor& x) const;

    double m_gamma;
    std::array<std::size_t, 2> m_user; ///< by domain: place of the tower's first layer
    std::array<std::size_t, 2> m_item;
};

} // namespace fedcctr::model
