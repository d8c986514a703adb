// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/dot_model.h"
#include "core/nn/sequence_encoder.h"

namespace fedcctr::model {

/// SASRec (Kang and McAuley, ICDM 2018, arXiv 1808.09781): causal self-attention over the sequence; the
/// newest output's inner product with an item's vector is its logit (Eq. 6). FedSASRec is the same model with
/// its uploads averaged over clients; the paper names it without a publication of its own.
///
/// Decided here: the sequence is the merged one of both domains, since one person is one client with one
/// sequence (fed-sasrec.sequence = own trains a stream per domain, which share the item table only). Layers
/// are post-norm as elsewhere in the studio; items have a bias; with model.combine = concat a matrix maps the
/// output to the width of an item. The loss is loss.ranking, of which bce with one negative is the published
/// one.
class FedSasRec : public DotModel {
public:
    /// `features`: as in itemWords().
    FedSasRec(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
        std::span<const augment::ItemFeatures> features = {});

protected:
    /// Of a model with the tensors of FedSASRec and more.
    FedSasRec(const ModelInfo& info, bool merged, const data::Dataset& dataset, const ModelOptions& options,
        const torch::Device& device, std::span<const augment::ItemFeatures> features);

    const SequenceEncoder& mergedStream() const { return m_streams.front(); }

private:
    Encoded encode(const Leaves& leaves, const torch::Tensor& vectors, const Histories& histories,
        Dropout& dropout) const override;
    torch::Tensor userVectors(data::Domain domain, const Leaves& leaves, const Encoded& encoded,
        const Prefixes& before) const override;

    bool m_merged;
    std::vector<SequenceEncoder> m_streams; ///< the merged one, or A and B
    std::size_t m_map = 0; ///< to the width of an item, where it differs
};

} // namespace fedcctr::model
