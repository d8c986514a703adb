// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/settings/config.h"

namespace fedcctr::settings {

/// A preset by name, or a path to a JSON file. Throws Error listing the presets.
Config loadPreset(const std::string& name);

struct PresetInfo {
    std::string name;
    std::string summary; ///< one sentence
};
std::vector<PresetInfo> presets();

} // namespace fedcctr::settings
