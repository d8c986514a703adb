// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/ctr_model.h"

namespace fedcctr::model {

/// RAL-CDNet (Tang et al., KDD 2025): click-through rates in a domain from its own short history and a
/// lifelong history of the other one.
///
/// CD-RU (Eq. 4-5): of the source events before a target those are retrieved whose public text vector has a
/// cosine above theta with one of the newest L events of the target's domain; the newest L of them go on, and
/// none if none is similar. CD-AU: e_u and a source item's vector predict the source domain's labels (Eq.
/// 6-7), and retrieved events are drawn to the events that they are similar to and away from the others (Eq.
/// 8). Cross-Net: self-attention over both sequences side by side (Eq. 9), an attention of the candidate over
/// each part of it (Eq. 10), and an MLP over user, candidate and both (Eq. 11). The loss is Eq. 12.
///
/// Decided here: e_u is a vector that stays on the client (PerUser); in Eq. 8 vectors have length 1, since
/// the ratio of sums as printed has no lower bound when they may grow; a user without a similar or without a
/// dissimilar pair has no such term; the source items of Eq. 7 are the source domain's own targets and their
/// negatives (Batch::auxiliary), by label where there are labels; Eq. 9 has no value projection, as printed;
/// attention over nothing gives 0. On a client the retrieval reads public vectors and the client's own
/// history alone, and nothing of it leaves.
class RalCdNet : public CtrModel {
public:
    /// How source events are found (ral-cdnet.retrieval).
    enum class Retrieval : std::uint8_t {
        Vectors, ///< cosine of public text vectors
        Hard, ///< a shared key (itemKeys())
        EndToEnd, ///< the largest inner products of trained vectors with the candidate, as LCN searches
        Newest, ///< no retrieval: the newest L
    };

    /// `features`: as in itemWords().
    RalCdNet(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
        std::span<const augment::ItemFeatures> features = {});

private:
    torch::Tensor interests(const Asked& asked) const override;
    std::vector<torch::Tensor> ownTerms(const Leaves& leaves, const Batch& batch,
        const torch::Tensor& vectors, std::span<const double> weights, Dropout& dropout) const override;

    /// Own events that ask for source events.
    struct Asking {
        torch::Tensor rows; ///< [K, n, W]
        torch::Tensor place; ///< in the history, [K, n, W]; at its end and behind: padding
    };
    Asking newestBefore(const torch::Tensor& history, const torch::Tensor& before) const;
    torch::Tensor similar(
        const torch::Tensor& items, const torch::Tensor& source, const torch::Tensor& own) const;
    torch::Tensor retrieved(const Asked& asked) const;
    torch::Tensor contrast(const Batch& batch, const torch::Tensor& vectors, data::Domain domain) const;
    torch::Tensor auxiliary(const Leaves& leaves, const Batch& batch, const torch::Tensor& vectors,
        data::Domain source, Dropout& dropout) const;

    Retrieval m_retrieval;
    double m_theta;
    double m_tau;
    bool m_crossNet;
    std::int64_t m_length; ///< L
    torch::Tensor m_text; ///< [items, w] of length 1, or 0
    torch::Tensor m_keys; ///< [items, k]
    std::size_t m_hidden;
    std::size_t m_users;
    std::array<std::size_t, 2> m_self; ///< by domain: W^Q and W^K of Eq. 9
    std::array<std::array<std::size_t, 2>, 2> m_query; ///< of Eq. 10 over the source, over the own events
    std::array<std::size_t, 2> m_auxiliary; ///< by the domain that is the source
};

} // namespace fedcctr::model
