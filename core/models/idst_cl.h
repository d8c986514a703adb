// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/wide_part.h"
#include "core/nn/item_embedding.h"
#include "core/nn/sequence_encoder.h"

namespace fedcctr::model {

/// IDST-CL (Section 3.4): one transformer per domain and one for the merged sequence, tied by IDRA and CDRD.
class IdstCl : public Model {
public:
    /// `profiles`: whether users have profiles; then e_side holds their embedding. `features`: as in
    /// itemWords().
    IdstCl(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
        bool profiles = false, std::span<const augment::ItemFeatures> features = {});

    LossTerms losses(const Leaves& leaves, const Batch& batch, const LossOptions& options,
        std::span<const double> weights, Dropout& dropout) const override;
    std::unique_ptr<Ranker> ranker(const Parameters& parameters) const override;

private:
    enum Stream : std::size_t { kStreamA, kStreamB, kStreamM };

    /// Item vectors of a group's rows.
    struct ItemVectors {
        torch::Tensor vectors; ///< [K, R, v]
        torch::Tensor biases; ///< [K, R]; none with the MLP scorer
    };
    class WholeRanker;

    IdstCl(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
        bool profiles, ItemEmbedding embedding);

    /// rows [K, R] item numbers.
    ItemVectors itemVectors(const Leaves& leaves, const torch::Tensor& rows) const;
    torch::Tensor withProfile(
        const Leaves& leaves, const ProfileBatch& profile, const torch::Tensor& user) const;
    torch::Tensor userSide(data::Domain domain, const Leaves& leaves, const torch::Tensor& user) const;
    torch::Tensor cdrdTerm(
        const Batch& batch, const std::array<torch::Tensor, 3>& tables, const LossOptions& options) const;
    torch::Tensor idraTerm(const Leaves& leaves, const ItemVectors& vectors, const Batch& batch,
        const std::array<torch::Tensor, 3>& tables, const LossOptions& options, Dropout& dropout) const;
    torch::Tensor score(data::Domain domain, const Leaves& leaves, const torch::Tensor& side,
        const ItemVectors& items, const torch::Tensor& rows, Dropout& dropout) const;
    torch::Tensor mlpScore(std::size_t first, const Leaves& leaves, const torch::Tensor& side,
        const torch::Tensor& vectors, Dropout& dropout) const;
    torch::Tensor rankingLoss(data::Domain domain, const Leaves& leaves, const ItemVectors& vectors,
        const std::array<torch::Tensor, 3>& tables, const Batch& batch, const LossOptions& options,
        Dropout& dropout) const;
    torch::Tensor wideLogits(data::Domain domain, const Leaves& leaves, const Batch& batch) const;

    ItemEmbedding m_embedding;
    std::int64_t m_profileWidth; ///< 0 without profiles
    std::size_t m_hidden; ///< layers of the MLP before its last
    std::array<SequenceEncoder, 3> m_streams;
    std::array<std::size_t, 2> m_scorerStart;
    std::size_t m_features = 0; ///< place of the features' tensor
    std::size_t m_profile = 0;
    std::size_t m_items;
    torch::Tensor m_shares; ///< of the items' rows, [items]; none without shrinkage
    std::optional<WidePart> m_wide;
    std::array<std::size_t, 2> m_wideWeights{};
};

} // namespace fedcctr::model
