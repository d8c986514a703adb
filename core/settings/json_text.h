// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/settings/config.h"

namespace fedcctr::settings {

/// Every field as indented JSON in the table's order: what `fedcctr train --config` reads.
std::string jsonText(const Config& config);

struct TextProblem {
    int line = 0; ///< from 1
    std::string text;
};

/// Reads such a text over the configuration and finds everything that is wrong with it: no JSON, unknown
/// keys, values out of range, and what problems() says. With a problem the configuration stays as it was.
std::vector<TextProblem> readJsonText(Config& config, const std::string& text);

} // namespace fedcctr::settings
