// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/ctr_model.h"

namespace fedcctr::model {

/// Lifelong Cross Network (Hou et al., KDD 2024, arXiv 2312.06424) for a lifelong history of the source
/// domain: cross representation production ties the vectors of items that one user took in both domains (its
/// contrastive term), and a lifelong attention pyramid comes to the events that matter in three levels: the
/// complete sequence by an inner product in a narrow space, the best of it by a target attention, whose best
/// are attended to.
///
/// Decided here: what the publication says of the pyramid is kept to its three levels (widths, heads and
/// features of time are not); the first level hands on four times what the second does. The contrastive term
/// is InfoNCE over the user's own targets, each to be told from its negatives by the mean of the source
/// events, since a client has no other users. The predicted domain's newest events are read by DIN's unit.
class Lcn : public CtrModel {
public:
    /// `features`: as in itemWords().
    Lcn(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
        std::span<const augment::ItemFeatures> features = {});

private:
    torch::Tensor interests(const Asked& asked) const override;
    std::vector<torch::Tensor> ownTerms(const Leaves& leaves, const Batch& batch,
        const torch::Tensor& vectors, std::span<const double> weights, Dropout& dropout) const override;

    torch::Tensor contrast(
        const Leaves& leaves, const Batch& batch, const torch::Tensor& vectors, data::Domain domain) const;

    std::array<std::size_t, 2> m_unit; ///< by domain
    std::array<std::size_t, 2> m_coarse;
    std::array<std::size_t, 2> m_query;
    std::array<std::size_t, 2> m_bridge; ///< from the source domain's vectors
    std::int64_t m_length;
    double m_tau;
};

} // namespace fedcctr::model
