// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/comparison_jobs.h"

#include "core/base/numbers.h"
#include "core/sweeps/comparison.h"
#include "core/sweeps/sweep_record.h"

#include <iostream>

namespace fedcctr::cli {

namespace {

void tellChoice(const sweeps::ComparisonRow& row)
{
    if (row.tried.empty())
        return;
    const sweeps::TriedPoint& best = row.tried[row.chosen];
    std::cerr << "chosen: " << row.name << ": ";
    for (const auto& [key, value] : best.point)
        std::cerr << key << '=' << value << ' ';
    std::cerr << (best.point.empty() ? "its own settings " : "") << "(" << sweeps::scoreWords(best.ndcg)
              << " at validation, best of " << row.tried.size() << ")\n";
}

} // namespace

ComparisonOutcome runComparison(
    sweeps::SweepPlan& plan, const SweepRunOptions& options, const std::stop_token& stop)
{
    ComparisonOutcome outcome;
    const sweeps::SweepPlan search = sweeps::searchPlan(plan);
    outcome.searches = search.jobs.size();
    if (!search.jobs.empty()) {
        SweepRunOptions below = options;
        below.folder = sweeps::searchFolder(options.folder);
        std::cerr << "search: " << plan.comparison->points << " points of each of "
                  << plan.comparison->rows.size() << " rows\n";
        outcome.search = runJobs(search, below, stop);
    }
    outcome.waiting = sweeps::takeSearch(plan, options.folder);
    for (const sweeps::ComparisonRow& row : plan.comparison->rows)
        tellChoice(row);
    sweeps::recordPlan(options.folder, plan);
    outcome.runs = plan.jobs.size();
    if (!plan.jobs.empty())
        outcome.compared = runJobs(plan, options, stop);
    return outcome;
}

} // namespace fedcctr::cli
