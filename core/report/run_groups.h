// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluation/significance.h"
#include "core/report/estimate.h"
#include "core/runs/run_likeness.h"
#include "core/runs/test_users.h"

#include <map>

namespace fedcctr::report {

/// Runs of one configuration: they differ in nothing but seed and machine, and went as their settings say or
/// deviate from them in the same way.
struct RunGroup {
    std::string key; ///< runs::RunEntry::groupKey()
    std::vector<const runs::RunEntry*> runs; ///< in the given order

    /// One run per seed that has a summary: runs::distinctSeeds().
    std::vector<const runs::RunEntry*> replicates() const;
};

/// Broken and foreign entries are left out. The groups point to the entries and are in the order of their
/// first ones.
std::vector<RunGroup> groupRuns(std::span<const runs::RunEntry> entries);
std::vector<RunGroup> groupRuns(std::span<const runs::RunEntry* const> entries);

/// runs::configurationNames() of the groups.
std::vector<std::string> namesOf(std::span<const RunGroup> groups);

/// A test metric ("ndcg@10", as a fraction) over the group's seeds; domain 0 or 1.
Estimate groupMetric(const RunGroup& group, std::size_t domain, const std::string& metric);

/// What the configurations along one line of the frontier share: runs::RunEntry::groupKey() without what sets
/// epsilon, the budget and the first noise level.
std::string frontierKey(const runs::RunEntry& run);

/// Points of a frontier that belong together.
struct FrontierLine {
    std::string threat;
    bool isScattered = false; ///< several models with one point each: no line joins them
    bool isOnly = true; ///< before this threat; else the name needs the model too
    std::vector<std::size_t> points; ///< indices of those given, in their order
};

/// Gathers points, given as threat and frontierKey(): a line for each model with several, then those that
/// stand alone; threats in their order.
std::vector<FrontierLine> frontierLines(std::span<const std::pair<std::string, std::string>> points);

/// Popularity that was counted under noise: a test metric over the runs' seeds by who must not learn the
/// counts and by the epsilon that they spend, which is the run's whole budget. Runs without such a count are
/// left out.
std::map<std::string, std::map<double, evaluation::MeanInterval>> privatePopularity(
    std::span<const runs::RunEntry* const> runs, std::size_t domain, const std::string& metric);

/// Every user's mean over the group's seeds, for the users that all of them have. None if a run has no
/// test_users.csv.gz or a damaged one.
std::optional<runs::UserScores> meanUserScores(const RunGroup& group);

} // namespace fedcctr::report
