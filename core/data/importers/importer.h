// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/data/import_options.h"
#include "core/data/importers/preview.h"

namespace fedcctr::data {

/// A kind of source files.
struct Importer {
    std::string_view name; ///< "csv": in --format and Provenance::format
    std::string_view title; ///< for people: "CSV"
    std::string_view files; ///< which files it takes: "CSV files of interactions …"
    std::string_view domains; ///< what ImportOptions::domains means here: "which two domains"
    int leastInteractions = 0; ///< usual filter of users and items

    /// Its files may call their columns as they like and hold any domains. Else a file of interactions is a
    /// domain, A first.
    bool asksForColumns = false;

    /// Makes multi-market datasets: ImportOptions::markets, and no two domains.
    bool makesMarkets = false;

    /// Whether a file that begins like this is one of its own.
    bool (*recognises)(std::string_view firstLine) = nullptr;
    Preview (*preview)(const std::filesystem::path& file, std::size_t rows) = nullptr;
    Dataset (*import)(std::span<const std::filesystem::path> files, const ImportOptions& options) = nullptr;
};

} // namespace fedcctr::data
