// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace fedcctr::settings {
struct Config;
}

namespace fedcctr::runs {

/// Checksums of what a run was trained on, by the part's name: "interactions", "items", "candidates",
/// kAugmentation, which may be kNoAugmentation, and where the settings name such files kVectors, kPrior and
/// kOwnModel.
/// Empty: of an older version, which kept none.
using DataRecord = std::map<std::string, std::string>;
inline constexpr const char* kAugmentation = "augmentation";
inline constexpr const char* kNoAugmentation = "none";
inline constexpr const char* kVectors = "item vectors";
inline constexpr const char* kPrior = "popularity prior";
inline constexpr const char* kOwnModel = "own model";

/// In a list of settings, the record's parts stand under "checksum.NAME".
inline constexpr std::string_view kDataPrefix = "checksum.";

/// Of the files that the settings name and the model reads, sets of vectors beside the dataset among them;
/// those that are missing are left out.
DataRecord modelFiles(const settings::Config& config, const std::filesystem::path& dataset);

/// The parts that both know and that are not the same.
std::vector<std::string> differingParts(const DataRecord& then, const DataRecord& now);

/// "the interactions, the items and the augmentation"
std::string inWords(const std::vector<std::string>& parts);

/// The member "data" of a document; empty where it has none or a damaged one.
DataRecord dataRecordIn(const nlohmann::json& document);

} // namespace fedcctr::runs
