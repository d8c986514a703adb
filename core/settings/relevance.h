// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/settings/config.h"

namespace fedcctr::settings {

/// Why a setting cannot matter beside the others, as a sentence that names the one that decides; empty if it
/// can. `augmented`: the dataset has been augmented.
std::string inactiveReason(const Config& config, const std::string& key, bool augmented = true);

/// Keys of the settings that may be changed while a run goes on: the weights of the model's own loss terms.
std::vector<std::string> liveSettings(const Config& config);

} // namespace fedcctr::settings
