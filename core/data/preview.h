// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/import.h"

namespace fedcctr::data {

/// What a file looks like to the importers.
enum class SourceKind {
    CsvInteractions,
    CsvItems,
    CsvOther, ///< a header row in which neither users nor items were recognised
    AmazonReviews2014, ///< also 2018
    AmazonReviews2023,
    AmazonMetadata,
};
constexpr bool isAmazon(SourceKind kind)
{
    return kind >= SourceKind::AmazonReviews2014;
}

/// The beginning of a source file.
struct Preview {
    std::filesystem::path file;
    SourceKind kind = SourceKind::CsvOther;
    std::vector<std::string> columns; ///< CSV: the header row; Amazon: the fields that the import reads
    std::vector<std::vector<std::string>> rows; ///< one text per column
    std::vector<std::string> meanings; ///< per column what it seems to be (ColumnName::meaning), or empty
    std::string problem; ///< the first row that cannot be read ends the preview, and why
};

inline constexpr std::size_t kPreviewRows = 50;

/// Reads the header row and the first rows and guesses. Plain or gzip. Throws Error naming file and line if
/// not even the first line can be read.
Preview preview(const std::filesystem::path& file, std::size_t rows = kPreviewRows);

/// Guesses a CSV column's meaning by its name: "reviewerID" is the user. Empty if it says nothing.
std::string guessedMeaning(std::string_view column);

/// The distinct values of a CSV column in order of their appearance, at most so many; stops early when asked
/// to. Rows with errors are passed over. Throws Error as CsvReader does.
std::vector<std::string> valuesOfColumn(
    const std::filesystem::path& file, const std::string& column, std::size_t most, std::stop_token stop);

} // namespace fedcctr::data
