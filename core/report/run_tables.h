// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runs/run_reader.h"

#include <span>

namespace fedcctr::report {

/// How a cell stands out; formats without bold and underlined words leave it out.
enum class Emphasis : std::uint8_t { None, Best, Second };

/// A table of words, ready for any format.
struct Table {
    std::string title;
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows; ///< each as long as `columns`
    std::vector<bool> isReference; ///< per row: a baseline, not a run; may be empty
    std::vector<std::vector<Emphasis>> emphasis = {}; ///< per row and column; may be empty
    std::string note = {}; ///< what a reader must know beside the title; may be empty

    Emphasis emphasisAt(std::size_t row, std::size_t column) const
    {
        return row < emphasis.size() && column < emphasis[row].size() ? emphasis[row][column]
                                                                      : Emphasis::None;
    }
};

/// Test metrics of the runs, one row per run and domain, with the 95 % interval of NDCG@10 and the median
/// signal-to-noise ratio of the rounds, and under them the rankers that need no training, once per dataset.
Table testTable(std::span<const runs::RunRecord> runs);

/// What was guaranteed: never an epsilon without its delta, accountant, adversary and relation. The paper's
/// rules are marked "as printed", and each number says whether it is a bound.
Table privacyTable(std::span<const runs::RunRecord> runs);

/// How loud the noise was and could be expected to be, and when budgets were expected to run out; one row per
/// run with noise.
Table noiseTable(std::span<const runs::RunRecord> runs);

/// "eq27 (as printed, not a bound here)": an accountant's name and what must be said with it.
std::string accountantWords(const runs::SpendRecord& spend);

/// The same where no spend is recorded yet: of Appendix A the adversary decides.
std::string accountantWords(const std::string& accountant, const std::string& adversary);

/// One column per run.
Table settingsOf(std::span<const runs::RunRecord> runs);

/// One row per run: the settings in which the runs differ, seeds included; dates are left out.
Table differingSettings(std::span<const runs::RunRecord> runs);

/// One row per run and round: everything that was recorded.
Table metricsTable(std::span<const runs::RunRecord> runs);

/// Aligned columns for a terminal.
std::string toText(const Table& table);
std::string toCsv(const Table& table);

/// Words as LaTeX sets them: its commands' characters escaped, Greek letters as mathematics, on one line.
std::string latexCell(const std::string& words);

/// A booktabs table.
std::string toLatex(const Table& table);

} // namespace fedcctr::report
