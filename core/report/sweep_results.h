// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/ablation.h"
#include "core/sweeps/sweep.h"

namespace fedcctr::report {

/// A point of a sweep: one configuration and its seeds.
struct SweepRow {
    std::string variant; ///< row of the ablation; empty without
    std::vector<std::pair<std::string, std::string>> point;
    RunGroup group; ///< of the finished runs; may be empty

    /// "w/o IDRA, λ₁ 0.3": variant and point with the settings' symbols.
    std::string label() const;
};

/// A sweep's folder as it stands. Copies would point into the original's entries.
struct SweepResults {
    sweeps::SweepPlan plan;
    std::vector<runs::RunEntry> entries; ///< of the finished jobs
    std::vector<SweepRow> rows; ///< in the plan's order
    std::vector<std::string>
        apart; ///< finished jobs that did not go as their settings say, and why: in no row
    std::size_t missing = 0; ///< jobs that are not finished
    std::array<std::string, 2> domains;

    SweepResults() = default;
    SweepResults(SweepResults&&) = default;
    SweepResults& operator=(SweepResults&&) = default;
    SweepResults(const SweepResults&) = delete;
    SweepResults& operator=(const SweepResults&) = delete;
};

/// Throws Error if the folder holds no sweep.
SweepResults readSweep(const std::filesystem::path& folder);

/// The rows of its ablation, those of every point under one another; empty without one.
std::vector<AblationRow> ablationRows(const SweepResults& sweep);

/// ablationTable() of these rows, with all tests of it.
Table ablationTable(const SweepResults& sweep);

/// One row per configuration: settings, seeds, NDCG@10, MRR@10 and AUC of both domains with their intervals.
Table sweepTable(const SweepResults& sweep);

/// Mean NDCG@10 over two settings (Figure 10): cells[domain][y][x]; domain 2 is the mean of both.
struct SweepGrid {
    sweeps::SweepAxis x;
    sweeps::SweepAxis y;
    std::array<std::vector<std::vector<Estimate>>, 3> cells;
};

/// None unless exactly two settings take several values each (and there is no ablation).
std::optional<SweepGrid> gridOf(const SweepResults& sweep);

} // namespace fedcctr::report
