// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/dot_model.h"
#include "core/nn/sequence_encoder.h"

namespace fedcctr::model {

/// Tri-CDR (Ma et al., TOIS 2023, arXiv 2304.05027), triple sequences: the target domain's, the other
/// domain's and the merged one, an encoder each. Triple cross-domain attention takes of each what the target
/// domain's representation asks for; triple contrastive learning pulls the three representations of a user
/// together (coarse) and keeps their order, the merged one nearer to the target domain's than the other
/// domain's is (fine).
///
/// Decided here, since both domains are targets: the encoders are shared by the two roles, attention and
/// output are each domain's own. Attention of h^X over stream S: softmax_j(h^X W_S x_j),
/// o_S = h^S + sum_j a_j x_j over the outputs that stand before the target; [o_A, o_B, o_M] is mapped to the
/// width of an item.
/// Coarse: InfoNCE of the pairs (X, M), (Y, M) and (X, Y) over ContrastInstances. Fine: a hinge,
/// max(0, margin + cos(h^X, h^Y) - cos(h^X, h^M)), for both roles.
class TriCdr : public DotModel {
public:
    /// `features`: as in itemWords().
    TriCdr(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
        std::span<const augment::ItemFeatures> features = {});

private:
    Encoded encode(const Leaves& leaves, const torch::Tensor& vectors, const Histories& histories,
        Dropout& dropout) const override;
    torch::Tensor userVectors(data::Domain domain, const Leaves& leaves, const Encoded& encoded,
        const Prefixes& before) const override;
    std::vector<torch::Tensor> ownTerms(
        const Training& of, std::span<const double> weights, Dropout& dropout) const override;
    std::array<torch::Tensor, 3> wholeRepresentations(
        const Encoded& encoded, const Prefixes& before) const override;

    std::vector<SequenceEncoder> m_streams; ///< A, B and merged
    std::array<std::size_t, 2> m_attend; ///< by domain: place of the matrices for A, B and merged
    std::array<std::size_t, 2> m_user;
    double m_tau;
    double m_margin;
};

} // namespace fedcctr::model
