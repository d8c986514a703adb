// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/chart.h"
#include "core/report/run_tables.h"

#include <filesystem>

namespace fedcctr::cli {

/// What a report is made of.
struct Report {
    std::string title;
    std::vector<std::string> remarks; ///< e.g. that jobs of a sweep are missing
    std::vector<runs::RunRecord> runs;
    std::vector<report::Table> findings; ///< ablation, sweep, frontier: what stands above the runs' tables
    std::vector<report::Picture> pictures;
    bool isDrawn = true; ///< the pictures are there as files
};

/// Beyond so many runs their settings are told as differences, and their own curves are left out.
inline constexpr std::size_t kMostRunsInFull = 6;

/// One HTML page that stands alone: tables, the PNG pictures of `directory` inside it, what may be claimed of
/// privacy, versions, hardware and the configuration.
std::string reportPage(const Report& report, const std::filesystem::path& directory);

} // namespace fedcctr::cli
