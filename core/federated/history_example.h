// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/model.h"

namespace fedcctr::federated {

/// What a model sees of a user before the event at `position`, with PrivAugNet's liked items and profile
/// where there are any (`augmentation` may be null). Without candidates.
model::RankingExample historyExample(const data::Dataset& dataset, std::size_t user, std::size_t position,
    const augment::Augmentation* augmentation, std::size_t length);

/// All parameters as one group (K = 1), without copying.
model::Leaves wholeModel(const model::Parameters& parameters);

/// Vectors of all items, for one group. Leaves of wholeModel().
model::ItemVectors wholeCatalogue(const model::Model& model, const model::Leaves& leaves,
    const data::Dataset& dataset, const torch::Device& device);

} // namespace fedcctr::federated
