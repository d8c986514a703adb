// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/settings/config.h"

#include <cstdint>
#include <filesystem>
#include <optional>

namespace fedcctr::runs {

/// What a forecast needs to know of a dataset.
struct Population {
    std::int64_t clients = 0;
    std::int64_t items = 0; ///< of both domains
    bool profiles = false; ///< PrivAugNet's user profiles are there, for at least one user
    std::filesystem::path dataset = {}; ///< where a set of item vectors (model.vectors) is looked for
    int markets = 0; ///< of a multi-market dataset
};

/// Trained values of the model, without building it: what the engine reports as `parameters`; none
/// where an own model does not tell them. Throws Error if model.vectors or model.vectors_file, whose
/// width counts, or model.file cannot be read.
std::optional<std::int64_t> parameterCount(const settings::Config& config, const Population& population);

} // namespace fedcctr::runs
