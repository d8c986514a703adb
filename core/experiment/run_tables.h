// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/run_reader.h"

#include <span>

namespace fedcctr::experiment {

/// A table of words, ready for any format.
struct Table {
    std::string title;
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows; ///< each as long as `columns`
    std::vector<bool> isReference; ///< per row: a baseline, not a run; may be empty
};

/// Test metrics of the runs, one row per run and domain, with the 95 % interval of NDCG@10, and under them
/// the rankers that need no training, once per dataset.
Table testTable(std::span<const RunRecord> runs);

/// What was guaranteed: never an epsilon without its delta, accountant, adversary and relation. The paper's
/// rule is marked "as printed, optimistic".
Table privacyTable(std::span<const RunRecord> runs);

/// One column per run.
Table settingsOf(std::span<const RunRecord> runs);

/// One row per run and round: everything that was recorded.
Table metricsTable(std::span<const RunRecord> runs);

/// Aligned columns for a terminal.
std::string toText(const Table& table);
std::string toCsv(const Table& table);

/// A booktabs table.
std::string toLatex(const Table& table);

} // namespace fedcctr::experiment
