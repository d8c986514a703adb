// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/ctr_model.h"

namespace fedcctr::model {

/// Deep Interest Network (Zhou et al., KDD 2018, arXiv 1706.06978): the candidate weighs the events of the
/// predicted domain by an activation unit (ActivationUnit), their sum is the user's interest.
///
/// Decided here: relu in place of Dice, and no mini-batch aware regularisation.
class Din : public CtrModel {
public:
    /// `features`: as in itemWords().
    Din(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
        std::span<const augment::ItemFeatures> features = {});

private:
    torch::Tensor interests(const Asked& asked) const override;

    std::array<std::size_t, 2> m_unit; ///< by domain
    std::int64_t m_length;
};

} // namespace fedcctr::model
