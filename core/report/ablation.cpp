// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/ablation.h"

#include "core/base/numbers.h"

#include <cmath>

namespace fedcctr::report {

std::vector<TestPair> testPairs(std::span<const AblationRow> rows)
{
    std::vector<TestPair> pairs(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (rows[i].full)
            pairs[i] = {rows[*rows[i].full].group, rows[i].group};
    return pairs;
}

Table ablationTable(std::span<const AblationRow> rows, const std::array<std::string, 2>& domains,
    std::span<const RowTests> tests)
{
    Table table;
    table.title = "Ablation (%, mean ± 95 % interval over seeds; Diff.: percent of the full model; p: paired "
                  "permutation test over users, Holm over the table)";
    table.columns = {"Variant", "Seeds"};
    for (const std::string& domain : domains)
        for (const char* column : {" NDCG@10", " Diff.", " p", " MRR@10", " Diff. "})
            table.columns.push_back(domain + column);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const AblationRow& row = rows[i];
        const AblationRow* full = row.full ? &rows[*row.full] : nullptr;
        std::vector<std::string> cells{row.name, std::to_string(row.group.replicates().size())};
        for (std::size_t domain = 0; domain < 2; ++domain) {
            const RowTest* test = i < tests.size() && tests[i][domain] ? &*tests[i][domain] : nullptr;
            cells.push_back(percentWords(row.ndcg[domain]));
            cells.push_back(full ? differenceWords(row.ndcg[domain], full->ndcg[domain]) : "-");
            cells.push_back(test ? fixed(test->corrected, 4) : "-");
            cells.push_back(percentWords(row.mrr[domain]));
            cells.push_back(full ? differenceWords(row.mrr[domain], full->mrr[domain]) : "-");
        }
        table.rows.push_back(std::move(cells));
    }
    return table;
}

std::string differenceWords(const Estimate& value, const Estimate& base)
{
    const double percent = 100 * (value.mean - base.mean) / base.mean;
    return base.mean > 0 && std::isfinite(percent) ? (percent >= 0 ? "+" : "") + fixed(percent, 2) : "-";
}

std::string percentWords(const Estimate& value)
{
    if (!value.isKnown())
        return "-";
    const std::string mean = fixed(100 * value.mean, 2);
    return value.runs < 2 || !value.hasInterval() ? mean
                                                  : mean + " ± " + fixed(50 * (value.high - value.low), 2);
}

} // namespace fedcctr::report
