// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/options.h"
#include "core/base/field.h"
#include "core/federation/options.h"
#include "core/model/options.h"
#include "core/privacy/options.h"

#include <filesystem>
#include <functional>
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
    augment::AugmentUse augment;
    federation::RunOptions run;
};

using fedcctr::FieldType;
using fedcctr::Value;

/// A row of the one table of settings.
struct Field : FieldInfo {
    std::function<Value(const Config&)> read;
    std::function<void(Config&, const Value&)> write;

    Value fallback() const { return read(Config{}); }
};

/// The table, in the order of the form.
const std::vector<Field>& fields();

/// Throws Error naming an unknown key and the nearest known one.
const Field& field(std::string_view key);

/// Sets one field from text, as `--set key=value` does. Throws Error naming key, text and range.
void setFromText(Config& config, std::string_view assignment);

/// Reads {"loss": {"lambda1": 0.3}, …} or {"loss.lambda1": 0.3, …} over the given configuration; "preset" is
/// kept. Throws Error naming unknown keys, wrong types and ranges. `source` names the file in messages.
void readJson(Config& config, const nlohmann::json& json, const std::string& source);

/// The same from a file; a run's own config.json may be given as it is. Throws Error, also if it is no JSON.
void readJsonFile(Config& config, const std::filesystem::path& file);

/// A model's own settings stand in the file of another model only where they were set.
bool isWritten(const Field& field, const Config& config);

/// Every field that is written, nested by section. readJson(toJson(c)) gives c back.
nlohmann::json toJson(const Config& config);

/// What no single field can tell, e.g. that the heads do not divide the width: "key: what is wrong; remedy".
std::vector<std::string> problems(const Config& config);

/// Throws Error with the first of problems().
void validate(const Config& config);

/// A preset by name, or a path to a JSON file. Throws Error listing the presets.
Config loadPreset(const std::string& name);

struct PresetInfo {
    std::string name;
    std::string summary; ///< one sentence
};
std::vector<PresetInfo> presets();

/// A markdown table of all settings, for `fedcctr train --list-settings` and the README.
std::string settingsTable();

} // namespace fedcctr::settings
