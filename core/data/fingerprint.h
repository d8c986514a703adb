// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace fedcctr::data {

/// What tells the content of a dataset from another one's, whatever its name and place: CRC-32 in eight
/// hexadecimal digits of "interactions" (who clicked what in which order, and the split), "items" (with the
/// users' ids) and "candidates".
using Fingerprint = std::map<std::string, std::string>;

/// As dataset.json records it, which load() checks against the parts themselves; nothing else is read, so
/// that it costs the same for any size. Throws Error naming the file and the remedy.
Fingerprint fingerprintOf(const std::filesystem::path& directory);

} // namespace fedcctr::data
