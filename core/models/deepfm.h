// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/ctr_model.h"

namespace fedcctr::model {

/// DeepFM (Guo et al., IJCAI 2017, arXiv 1703.04247): a factorisation machine and an MLP over the same
/// embeddings of user and candidate, added.
///
/// Decided here: of two fields the machine is a bias of each and the inner product of their vectors; the
/// user's bias, which ranks nothing for one user, is left out; the item's is the machine's linear part of the
/// candidate's vector.
class DeepFm : public CtrModel {
public:
    /// `features`: as in itemWords().
    DeepFm(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
        std::span<const augment::ItemFeatures> features = {});

private:
    torch::Tensor interests(const Asked& asked) const override;
    torch::Tensor besideMlp(const Asked& asked, const torch::Tensor& users) const override;

    std::array<std::size_t, 2> m_linear; ///< by domain
};

} // namespace fedcctr::model
