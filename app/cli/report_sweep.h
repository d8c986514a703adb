// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/report_plots.h"
#include "core/report/sweep_results.h"

namespace fedcctr::cli {

/// What a sweep shows beyond its runs: heat maps over two settings (Figure 10), NDCG@10 over one numeric
/// setting (Figures 9 and 11), and the convergence of its rows where they are few (Figure 8). `runs` are the
/// sweep's finished ones. `prefix` begins the files' names. Needs a QApplication.
std::vector<ReportPicture> sweepPictures(
    const report::SweepResults& sweep, std::span<const runs::RunRecord> runs, const std::string& prefix);

/// NDCG@10 over the epsilon that the runs spent, a picture for each accountant and domain with a line for
/// each trust model and configuration, between random, popularity (plain, and as a private histogram of the
/// same budget) and the runs without noise. The runs are of one dataset. None if no run has spent a finite
/// epsilon.
std::vector<ReportPicture> frontierPictures(
    std::span<const runs::RunEntry> entries, const std::string& prefix);

/// The frontier's numbers: one row per configuration, domain and accountant.
report::Table frontierTable(std::span<const runs::RunEntry> entries);

} // namespace fedcctr::cli
