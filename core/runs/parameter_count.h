// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/settings/config.h"

#include <cstdint>

namespace fedcctr::runs {

/// What a forecast needs to know of a dataset.
struct Population {
    std::int64_t clients = 0;
    std::int64_t items = 0; ///< of both domains
    bool profiles = false; ///< PrivAugNet's user profiles are there, for at least one user
};

/// Trained values of the model, without building it: what the engine reports as `parameters`. Throws Error if
/// model.vectors_file, whose width counts, cannot be read.
std::int64_t parameterCount(const settings::Config& config, const Population& population);

/// Those of them that a client sends in a round: all but what stays with the users; 0 in central training.
/// Throws as parameterCount() does.
std::int64_t uploadedCount(const settings::Config& config, const Population& population);

} // namespace fedcctr::runs
