// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace fedcctr::data {

/// What a file holds.
enum class SourcePart {
    Interactions,
    Items,
    Unknown, ///< neither users nor items were recognised
};

/// The beginning of a source file.
struct Preview {
    std::filesystem::path file;
    std::string_view format; ///< Importer::name
    SourcePart part = SourcePart::Unknown;
    std::string_view kind; ///< for people: "CSV, interactions"
    std::vector<std::string> columns; ///< the header row, or the fields that the importer reads
    std::vector<std::vector<std::string>> rows; ///< one text per column
    std::vector<std::string> meanings; ///< per column what it seems to be (ColumnName::meaning), or empty
    std::string problem; ///< the first row that cannot be read ends the preview, and why
};

inline constexpr std::size_t kPreviewRows = 50;

/// Guesses a column's meaning by its name: "reviewerID" is the user. Empty if it says nothing.
std::string guessedMeaning(std::string_view column);

/// Of all columns: one per meaning; where several could be meant, the one with our own name, else the first.
std::vector<std::string> guessedMeanings(const std::vector<std::string>& columns);

} // namespace fedcctr::data
