// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

namespace fedcctr {

/// The folder of files that come with the program, e.g. "presets": beside it (prefix/bin ->
/// prefix/share/fedcctr), so that an installation can be moved; else where it was installed to; else
/// `sourceFolder` in the source tree that it was built from. Throws Error if there is none of them.
std::filesystem::path installedFolder(const std::string& name, const std::string& sourceFolder);

} // namespace fedcctr
