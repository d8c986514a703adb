// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/settings/config.h"

namespace fedcctr::settings {

/// Why a setting cannot matter beside the others, as a sentence that names the one that decides; empty if it
/// can. `augmented`: the dataset has been augmented.
std::string inactiveReason(const Config& config, const std::string& key, bool augmented = true);

} // namespace fedcctr::settings
