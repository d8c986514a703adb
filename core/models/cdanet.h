// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/ctr_model.h"

namespace fedcctr::model {

/// CDAnet (Chen et al., Companion of WWW 2024, arXiv 2312.00078), explicit feature augmentation: a tower per
/// domain makes latent features of user, candidate and history; a translation maps them into the other
/// domain's latent space, and what is translated augments the features of the prediction.
///
/// Decided here: the translation network and the augmentation network are trained together; the translation's
/// term is the loss of a linear head of each domain, of the own one on the own features and of the other one
/// on what was translated (cross-supervision); histories enter as the mean of the newest events.
class CdaNet : public CtrModel {
public:
    /// `features`: as in itemWords().
    CdaNet(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
        std::span<const augment::ItemFeatures> features = {});

private:
    torch::Tensor interests(const Asked& asked) const override;
    std::vector<torch::Tensor> ownTerms(const Leaves& leaves, const Batch& batch,
        const torch::Tensor& vectors, std::span<const double> weights, Dropout& dropout) const override;

    /// The own features and the translated ones.
    struct Features {
        torch::Tensor own; ///< [K, n, Q, v]
        torch::Tensor translated;
    };
    Features featuresOf(const Asked& asked) const;
    torch::Tensor translation(
        const Leaves& leaves, const Batch& batch, const torch::Tensor& vectors, data::Domain domain) const;

    std::array<std::size_t, 2> m_tower; ///< by domain
    std::array<std::size_t, 2> m_translate;
    std::array<std::size_t, 2> m_head;
    std::int64_t m_length;
};

} // namespace fedcctr::model
