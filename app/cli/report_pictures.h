// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace fedcctr::cli {

/// Draws the charts in the file `charts` into files beside it, by fedcctr-plots. Gives why it cannot be
/// started, if it cannot. Throws Error with its own words if it fails.
std::optional<std::string> drawPictures(const std::filesystem::path& charts);

} // namespace fedcctr::cli
