// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/pipeline.h"

#include <nlohmann/json_fwd.hpp>
#include <optional>

namespace fedcctr::cli {

/// What `fedcctr augment` tells at its end.
struct AugmentSummary {
    const data::Dataset& dataset;
    const augment::Augmentation& augmentation;
    std::optional<augment::PipelineProgress> progress; ///< of a language model
    double seconds = 0;
};

std::string text(const AugmentSummary& summary);

/// What to raise or to change so that fewer answers are refused; empty if their reasons tell nothing.
std::string remedyFor(const augment::PipelineProgress& progress);

nlohmann::json toJson(const AugmentSummary& summary);

} // namespace fedcctr::cli
