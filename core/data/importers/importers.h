// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/importers/importer.h"

namespace fedcctr::data {

/// All of them, in the order in which they are offered. The first takes what no other recognises.
std::span<const Importer* const> importers();

/// By name. Throws Error naming those that there are.
const Importer& importer(std::string_view name);

/// Reads the header row and the first rows and guesses. Plain or gzip. Throws Error naming file and line if
/// not even the first line can be read.
Preview preview(const std::filesystem::path& file, std::size_t rows = kPreviewRows);

} // namespace fedcctr::data
