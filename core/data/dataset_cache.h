// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

#include <optional>
#include <string>
#include <string_view>

namespace fedcctr::data {

// What was computed of a dataset once, kept beside it in DIR/cache. Only time is lost with it: whoever may
// not write there, or reads a damaged file, computes it again. A dataset that was made in memory has none.

inline constexpr const char* kCacheFolder = "cache";

/// What was kept under this name and key; nothing if there is no such file, or it is damaged.
std::optional<std::string> cached(const Dataset& dataset, std::string_view name, std::string_view key);

/// Keeps it. `key`: everything that it was computed from, in any form, and how; the name is a part of the
/// file's. Of a name the newest four are kept.
void keepCached(
    const Dataset& dataset, std::string_view name, std::string_view key, std::string_view content);

} // namespace fedcctr::data
