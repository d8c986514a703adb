// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/dot_model.h"
#include "core/nn/sequence_encoder.h"

namespace fedcctr::model {

/// C²DSR (Cao et al., CIKM 2022): a graph layer over items and a self-attention encoder for each domain's
/// sequence and for the merged one (Sections 3.2, 3.3); a domain's target is predicted from h^X + h^M (3.4);
/// a contrastive infomax term (3.5) lets each domain's prototype tell the user's merged sequence from one in
/// which the other domain's items are replaced by random ones,
///     L = -log D(z^X, z^M) - log(1 - D(z^X, z~^M)), D(x, y) = sigmoid(x W y).
///
/// Decided here: the graph is that of the user's own sequence, in which an item's neighbour is the one before
/// it (a graph of everybody's sequences would carry everybody's data into each client's gradient); prototypes
/// are means of the encoders' outputs; the random items are the batch's negatives of the other domain; one
/// matrix per domain maps h^X + h^M to the width of an item.
class C2dsr : public DotModel {
public:
    /// `features`: as in itemWords().
    C2dsr(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
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

    torch::Tensor propagated(const torch::Tensor& vectors, const torch::Tensor& index) const;
    torch::Tensor infomax(const Training& of, data::Domain domain, Dropout& dropout) const;
    torch::Tensor corrupted(const Batch& batch, data::Domain kept) const;

    std::int64_t m_itemsInA;
    std::int64_t m_graphLayers;
    std::vector<SequenceEncoder> m_streams; ///< A, B and merged
    std::array<std::size_t, 2> m_user; ///< by domain
    std::array<std::size_t, 2> m_judge;
};

} // namespace fedcctr::model
