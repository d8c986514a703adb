// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/ctr_model.h"

namespace fedcctr::model {

/// The deep part of Wide & Deep learning (Cheng et al., DLRS 2016, arXiv 1606.07792) as RAL-CDNet compares
/// with it: an MLP over the embeddings of user and candidate, no history.
///
/// Decided here: the fields are the user's vector and the item's vector of id and public text.
class Dnn : public CtrModel {
public:
    /// `features`: as in itemWords().
    Dnn(const data::Dataset& dataset, const ModelOptions& options, const torch::Device& device,
        std::span<const augment::ItemFeatures> features = {});

private:
    torch::Tensor interests(const Asked& asked) const override;
};

} // namespace fedcctr::model
