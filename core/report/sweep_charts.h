// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/chart.h"
#include "core/report/sweep_results.h"

namespace fedcctr::report {

/// What a sweep shows beyond its runs: heat maps over two settings (Figure 10), NDCG@10 over one numeric
/// setting (Figures 9 and 11), and the convergence of its rows where they are few (Figure 8). `runs` are the
/// sweep's finished ones. `prefix` begins the files' names.
std::vector<Picture> sweepPictures(
    const SweepResults& sweep, std::span<const runs::RunRecord> runs, const std::string& prefix);

} // namespace fedcctr::report
