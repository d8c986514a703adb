// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/stage.h"

#include <span>
#include <string>

namespace fedcctr::augment {

/// A placeholder that a stage offers: its dotted path, what it holds, and for lists the paths inside it.
struct Placeholder {
    std::string
        path; ///< e.g. "item.title", "history", "history.title" (inside {{#each history}} also "title")
    bool isList = false;
    std::string help;
};
std::span<const Placeholder> placeholders(Stage stage);

} // namespace fedcctr::augment
