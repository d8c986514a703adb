// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/importers/preview.h"

namespace fedcctr::data {

/// The beginning of a CSV file, with what its columns seem to be. Throws Error as CsvReader does.
Preview csvPreview(const std::filesystem::path& file, std::size_t rows);

/// The distinct values of a CSV column in order of their appearance, at most so many; stops early when asked
/// to. Rows with errors are passed over. Throws Error as CsvReader does.
std::vector<std::string> valuesOfColumn(
    const std::filesystem::path& file, const std::string& column, std::size_t most, std::stop_token stop);

} // namespace fedcctr::data
