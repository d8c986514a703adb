// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/settings/config.h"
#include "core/settings/run_document.h"

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

namespace fedcctr::runs {

/// A run's config.json, understood.
struct RunConfig {
    settings::Config config; ///< what the run does not name is at its default
    /// Settings that this version does not know or whose values it does not allow, as keys and words.
    std::vector<std::pair<std::string, std::string>> others;
    settings::Provenance provenance;
};

/// Of settings as settings::toJson() writes them, perhaps by another version. Never throws for what is in
/// them.
RunConfig runConfigFrom(const nlohmann::json& settings);

/// The other way, with what was not understood.
nlohmann::json settingsJson(const RunConfig& run);

/// Throws Error if the file is missing or damaged.
RunConfig readRunConfig(const std::filesystem::path& configFile);

/// Another place for the dataset of a run that was copied here. Throws Error if the file is missing or
/// damaged, or cannot be written.
void moveDataset(const std::filesystem::path& configFile, const std::string& dataset);

} // namespace fedcctr::runs
