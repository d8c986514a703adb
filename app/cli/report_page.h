// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/report_plots.h"

namespace fedcctr::cli {

/// One HTML page that stands alone: tables, the PNG pictures of `directory` inside it, and the configuration.
std::string reportPage(std::span<const experiment::RunRecord> runs, std::span<const ReportPicture> pictures,
    const std::filesystem::path& directory);

} // namespace fedcctr::cli
