// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace fedcctr::settings {

/// What a run's config.json holds beside its settings: where and what its data were, who wrote it, when.
struct Provenance {
    std::string dataset; ///< its place
    std::string version; ///< of the program that started the run
    std::string started; ///< ISO 8601, UTC
    std::map<std::string, std::string> data; ///< checksums by part; empty in runs of versions that kept none

    bool operator==(const Provenance&) const = default;
};

/// A run's config.json: {"settings": {…}, "provenance": {…}}. What the provenance does not know is left out.
nlohmann::json runDocument(nlohmann::json settings, const Provenance& provenance);

/// Leaves in `document`, a run's config.json, its settings alone and gives the rest. Reads the earlier form
/// too, in which both stood side by side: {"dataset": "…", "loss": {…}}. Settings without a run, as a preset
/// has them, stay as they are; so does what is no object.
Provenance takeProvenance(nlohmann::json& document);

} // namespace fedcctr::settings
