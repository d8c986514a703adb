// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/chart.h"
#include "core/report/run_groups.h"
#include "core/report/run_tables.h"

namespace fedcctr::report {

/// A configuration under one rule.
struct FrontierPoint {
    std::size_t group = 0; ///< place in Frontier::groups
    std::string accountant;
    std::string adversary;
    std::string relation;
    double epsilon = 0; ///< of the client that spent most, the largest of the seeds'
    double delta = 0; ///< 0: the rule has none
};

/// What privacy costs in utility, of finished runs on one dataset.
struct Frontier {
    std::vector<RunGroup> groups;
    std::vector<FrontierPoint> points; ///< those with a finite epsilon, ascending
};

/// The groups point to the entries.
Frontier frontierOf(std::span<const runs::RunEntry* const> runs);

/// Accountants with a point, the rigorous ones first.
std::vector<std::string> accountantsOf(const Frontier& frontier);

/// Runs that spent no finite epsilon under an accountant that charged them.
std::size_t endlessRuns(const Frontier& frontier, const std::string& accountant);

/// Test NDCG@10 over epsilon under one accountant, in the given domains (0 or 1): a line for each threat and
/// model, as frontierLines() gathers them, with 95 % intervals; popularity counted under noise, beside
/// rigorous accountants; the random ranker, popularity and the best runs without noise as constant lines.
/// Without series if there is no point.
Chart frontierChart(
    const Frontier& frontier, const std::string& accountant, std::span<const std::size_t> domains);

/// The frontier's numbers: one row per configuration and rule.
Table frontierTable(const Frontier& frontier);

} // namespace fedcctr::report
