// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/model.h"

namespace fedcctr::model {

/// A public item side with a small private head: items are described by the catalogue alone (PublicItems), a
/// target is scored by a linear combination of a few similarities between the candidate and the client's
/// history, and only the weights of that combination are trained, some fifty per domain. So few coordinates
/// carry little noise: this is what learns under an honest epsilon.
///
/// Per domain d: cosines of the candidate's text with the history in d (largest, largest of the last five,
/// mean and cubic mean decayed by 0.8 per event) and with the newest event of either domain; a shared first
/// title word; missing texts; nearness to the domain's mean text; the title's length; the catalogue rank of
/// the candidate, alone, against the newest rank among the last eight events and against that of the last
/// event, each as a piecewise linear function; and the popularity prior, if there is one. See features() for
/// the list.
class PrivateHead : public Model {
public:
    /// `prior`: one value per item, or empty. `features`: as in itemWords().
    PrivateHead(const data::Dataset& dataset, const ModelOptions& options, std::vector<float> prior,
        const torch::Device& device, std::span<const augment::ItemFeatures> features = {});

    /// The weight of the largest cosine is 1 and all others 0, whatever the seed (of the prior: 0.5).
    Parameters initialise(std::uint64_t seed) const override;

    /// L^A and L^B: there are no trained representations to tie.
    LossTerms losses(const Leaves& leaves, const Batch& batch, const LossOptions& options,
        std::span<const double> weights, Dropout& dropout) const override;

    /// Its representations are decayed means of the fixed text vectors, which are its item vectors.
    std::unique_ptr<Ranker> ranker(const Parameters& parameters) const override;

    /// There is no row per item: an item is as suspect as the step would raise the score of what only the
    /// candidate decides.
    torch::Tensor itemEvidence(const Parameters& upload) const override;

    /// What is scored: histories as item numbers [B, L] (padding: any), how many events of each stand before
    /// a target [B, T], and candidates [B, U].
    struct Query {
        torch::Tensor own; ///< the history in the target's domain
        torch::Tensor merged;
        torch::Tensor ownBefore;
        torch::Tensor mergedBefore;
        torch::Tensor candidates;
    };

    /// [B, T, U, F], no gradient.
    torch::Tensor features(data::Domain domain, const Query& query) const;

private:
    class TextRanker;

    torch::Tensor similarities(const Query& query) const;
    torch::Tensor ofCandidate(data::Domain domain, const torch::Tensor& candidates) const;
    torch::Tensor ofRank(const Query& query) const;
    torch::Tensor rankingLoss(
        data::Domain domain, const Leaves& leaves, const Batch& batch, const LossOptions& options) const;

    bool m_prior; ///< one of the features
    std::int64_t m_itemsInA;
    torch::Tensor m_text; ///< [items, w]
    torch::Tensor m_hasText; ///< [items]
    torch::Tensor m_order; ///< [items]
    torch::Tensor m_head; ///< [items] int64
    std::array<torch::Tensor, 2> m_fixed; ///< by domain: [items, …] features of the candidate alone
};

} // namespace fedcctr::model
