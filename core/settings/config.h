// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/options.h"
#include "core/federation/options.h"
#include "core/federation/silo_options.h"
#include "core/model/options.h"
#include "core/privacy/options.h"

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace fedcctr::settings {

/// Everything that decides a run, apart from the dataset. Defaults are the struct's own.
struct Config {
    std::string preset = "none"; ///< where the settings came from; for the reader only
    model::ModelOptions model;
    model::LossOptions loss;
    privacy::PrivacyOptions privacy;
    federation::FederationOptions federation;
    federation::SiloOptions market;
    federation::FedMmOptions fedmm;
    augment::AugmentUse augment;
    federation::RunOptions run;
};

/// Sets one field from text, as `--set key=value` does. Throws Error naming key, text and range.
void setFromText(Config& config, std::string_view assignment);

/// Reads {"loss": {"lambda1": 0.3}, …} or {"loss.lambda1": 0.3, …} over the given configuration; "preset" is
/// kept. Throws Error naming unknown keys, wrong types and ranges. `source` names the file in messages.
void readJson(Config& config, const nlohmann::json& json, const std::string& source);

/// The same from a file; a run's own config.json may be given as it is. Throws Error, also if it is no JSON.
void readJsonFile(Config& config, const std::filesystem::path& file);

/// Every field that is written, nested by section. readJson(toJson(c)) gives c back.
nlohmann::json toJson(const Config& config);

/// What no single field can tell, e.g. that the heads do not divide the width: "key: what is wrong; remedy".
std::vector<std::string> problems(const Config& config);

/// Throws Error with the first of problems().
void validate(const Config& config);

} // namespace fedcctr::settings
