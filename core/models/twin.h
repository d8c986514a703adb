// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/ctr_model.h"

namespace fedcctr::model {

/// TWIN (Chang et al., KDD 2023, arXiv 2302.02352): both stages over a long history use one target attention.
/// The general unit ranks all events by alpha = (K W^h)(q W^q)^T / sqrt(d), the exact unit attends to the
/// best of them with the same alpha. Of the predicted domain alone, beside the newest events (DIN's unit).
///
/// Decided here: one head; datasets here have no features that cross user and item (the publication's bias
/// term), so that attention is of the items' own vectors alone.
class Twin : public CtrModel {
public:
    /// `features`: as in itemWords().
    Twin(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
        std::span<const augment::ItemFeatures> features = {});

private:
    torch::Tensor interests(const Asked& asked) const override;

    std::array<std::size_t, 2> m_unit; ///< by domain
    std::array<std::size_t, 2> m_query;
    std::int64_t m_length;
};

} // namespace fedcctr::model
