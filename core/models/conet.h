// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/joint_model.h"

namespace fedcctr::model {

/// Collaborative Cross Networks (Hu et al., CIKM 2018, arXiv 1804.06769): a feed-forward network per domain
/// over [user, item], whose hidden layers also take the other network's through shared matrices,
///     a_X' = relu(W_X a_X + b_X + H a_Y), a_Y' = relu(W_Y a_Y + b_Y + H a_X) (Eq. 7).
///
/// Decided here: training meets a pair of items of one user, one per domain; a candidate's partner is the
/// newest event of the other domain before the target (0 without any), in training and in ranking alike. A
/// user is a vector per domain, which stays on the client (PerUser), plus the mean item vector of the history
/// of that domain, since a client alone would never learn its vector. H is not made sparse.
class CoNet : public JointModel {
public:
    /// `features`: as in itemWords().
    CoNet(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
        std::span<const augment::ItemFeatures> features = {});

private:
    torch::Tensor logits(const Leaves& leaves, const torch::Tensor& vectors, const Query& query,
        Dropout& dropout) const override;

    torch::Tensor user(
        const Leaves& leaves, const torch::Tensor& vectors, const Query& query, data::Domain domain) const;

    std::size_t m_hidden; ///< layers before the last
    std::array<std::size_t, 2> m_mlp; ///< by domain
    std::array<std::size_t, 2> m_users;
    std::size_t m_cross;
};

} // namespace fedcctr::model
