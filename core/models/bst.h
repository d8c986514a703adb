// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/joint_model.h"

namespace fedcctr::model {

/// Behavior Sequence Transformer (Chen et al. 2019, arXiv 1905.06874), a model of one domain: the history
/// with the candidate behind it goes through transformer layers in which every event sees every other, so
/// that each candidate is scored jointly with the history; an MLP gives the logit. Domains share the item
/// table only.
///
/// Left open or not at hand, and decided here: positions count events back from the candidate, since there
/// are no times; the MLP takes the candidate's output beside the mean of the history's outputs (0 without a
/// history) instead of all outputs side by side, so that it does not depend on the history's length; its
/// activation is relu; other features than the items' own do not exist.
class Bst : public JointModel {
public:
    /// `features`: as in itemWords().
    Bst(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
        std::span<const augment::ItemFeatures> features = {});

private:
    torch::Tensor logits(const Leaves& leaves, const torch::Tensor& vectors, const Query& query,
        Dropout& dropout) const override;

    std::int64_t m_blocks;
    std::size_t m_hidden; ///< layers of the MLP before its last
    std::array<std::size_t, 2> m_start; ///< by domain: place of the positions, which the layers follow
    std::array<std::size_t, 2> m_mlp;
};

} // namespace fedcctr::model
