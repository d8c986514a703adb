// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/sweep_jobs.h"

namespace fedcctr::cli {

struct ComparisonOutcome {
    std::size_t searches = 0; ///< jobs of the search
    SweepOutcome search;
    std::size_t runs = 0; ///< jobs of the rows that are searched
    SweepOutcome compared;
    std::vector<std::string> waiting; ///< rows of which not all points were tried
};

/// Runs the search, records what each row chose, and runs the rows that have chosen. What was done before, in
/// either step, is not repeated. `plan` is brought up to date. As runJobs() otherwise.
ComparisonOutcome runComparison(
    sweeps::SweepPlan& plan, const SweepRunOptions& options, const std::stop_token& stop);

} // namespace fedcctr::cli
