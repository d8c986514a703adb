// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/estimate.h"
#include "core/report/row_tests.h"
#include "core/report/run_tables.h"

namespace fedcctr::report {

/// A row of Table 6: the full model, or the model without one of its parts.
struct AblationRow {
    std::string name;
    RunGroup group; ///< its seeds; may be empty
    std::optional<std::size_t> full; ///< place of the full model that it is compared with; none of that one
    std::array<Estimate, 2> ndcg{}; ///< NDCG@10 by domain, fractions
    std::array<Estimate, 2> mrr{}; ///< MRR@10
};

/// The rows with their full models, for testRows(); a full model's pair is empty.
std::vector<TestPair> testPairs(std::span<const AblationRow> rows);

/// Table 6: variants in the paper's order with mean ± 95 % interval over seeds of NDCG@10 and MRR@10 (%), the
/// difference from the full model in percent of it, and the p of testRows(); "-" where it cannot be told.
/// `tests` is as long as the rows, or empty while nothing is tested.
Table ablationTable(std::span<const AblationRow> rows, const std::array<std::string, 2>& domains,
    std::span<const RowTests> tests);

/// Difference from `base` in percent of it: "+1.52", "-" where it cannot be told.
std::string differenceWords(const Estimate& value, const Estimate& base);

/// "22.40 ± 0.31" of several seeds, "22.40" of one, "-" of none; in percent.
std::string percentWords(const Estimate& value);

} // namespace fedcctr::report
