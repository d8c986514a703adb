// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/sweep_results.h"

#include "core/base/error.h"
#include "core/base/numbers.h"
#include "core/sweeps/sweep_record.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace fedcctr::report {

namespace {

std::string pointWords(const SweepRow& row)
{
    std::string words;
    for (const auto& [key, value] : row.point)
        words += (words.empty() ? "" : ", ") + runs::settingSymbol(key) + ' ' + value;
    return words;
}

/// The axes along which something changes.
std::vector<sweeps::SweepAxis> changingAxes(const sweeps::SweepPlan& plan)
{
    std::vector<sweeps::SweepAxis> axes;
    std::ranges::copy_if(plan.axes, std::back_inserter(axes),
        [](const sweeps::SweepAxis& axis) { return axis.values.size() > 1 && axis.key != "run.seed"; });
    return axes;
}

std::size_t placeOf(const sweeps::SweepAxis& axis, const SweepRow& row)
{
    for (const auto& [key, value] : row.point)
        if (key == axis.key)
            return static_cast<std::size_t>(std::ranges::find(axis.values, value) - axis.values.begin());
    return axis.values.size();
}

/// A run's mean of both domains, over the seeds.
Estimate bothDomains(const RunGroup& group)
{
    std::vector<Estimate> means;
    for (const runs::RunEntry* run : group.replicates())
        means.push_back(
            {.mean = (run->summary->test[0].at("ndcg@10") + run->summary->test[1].at("ndcg@10")) / 2,
                .runs = 1});
    return meanOf(means);
}

} // namespace

std::string SweepRow::label() const
{
    const std::string words = pointWords(*this);
    if (variant.empty())
        return words.empty() ? "base" : words;
    return words.empty() ? variant : variant + ", " + words;
}

SweepResults readSweep(const std::filesystem::path& folder)
{
    SweepResults sweep;
    sweep.plan = sweeps::readPlan(folder);
    sweep.domains = {"A", "B"};
    std::vector<std::pair<const sweeps::SweepJob*, std::size_t>> finished;
    for (const sweeps::SweepJob& job : sweep.plan.jobs) {
        if (sweeps::stateOf(folder / job.name) != sweeps::JobState::Finished) {
            ++sweep.missing;
            continue;
        }
        runs::RunEntry entry = runs::readEntry(folder / job.name);
        if (!entry.summary) {
            ++sweep.missing;
            continue;
        }
        sweep.domains = entry.domains;
        if (const std::string deviation = entry.deviation(); !deviation.empty())
            sweep.apart.push_back(job.name + ": " + deviation);
        finished.emplace_back(&job, sweep.entries.size());
        sweep.entries.push_back(std::move(entry));
    }
    for (const sweeps::SweepJob& job : sweep.plan.jobs) {
        // A seed on an axis is a replicate like the others.
        auto point = job.point;
        std::erase_if(point, [](const auto& setting) { return setting.first == "run.seed"; });
        const auto isSame = [&](const SweepRow& row) {
            return row.variant == job.variant && row.point == point;
        };
        auto row = std::ranges::find_if(sweep.rows, isSame);
        if (row == sweep.rows.end())
            row = sweep.rows.insert(row, {job.variant, point, {}});
        for (const auto& [done, index] : finished)
            if (done == &job && sweep.entries[index].deviation().empty())
                row->group.runs.push_back(&sweep.entries[index]);
    }
    return sweep;
}

std::vector<AblationRow> ablationRows(const SweepResults& sweep)
{
    if (!sweep.plan.ablation)
        return {};
    std::vector<AblationRow> rows;
    std::vector<const SweepRow*> sources;
    for (const SweepRow& row : sweep.rows) {
        if (row.variant.empty())
            continue;
        AblationRow made{row.label(), row.group, {}};
        for (std::size_t domain = 0; domain < 2; ++domain) {
            made.ndcg[domain] = groupMetric(row.group, domain, "ndcg@10");
            made.mrr[domain] = groupMetric(row.group, domain, "mrr@10");
        }
        rows.push_back(std::move(made));
        sources.push_back(&row);
    }
    for (std::size_t i = 0; i < rows.size(); ++i)
        for (std::size_t full = 0; full < rows.size() && sources[i]->variant != sweeps::kFullModel; ++full)
            if (sources[full]->variant == sweeps::kFullModel && sources[full]->point == sources[i]->point)
                rows[i].full = full;
    return rows;
}

Table ablationTable(const SweepResults& sweep)
{
    const std::vector<AblationRow> rows = ablationRows(sweep);
    return ablationTable(rows, sweep.domains, testRows(testPairs(rows)));
}

Table sweepTable(const SweepResults& sweep)
{
    Table table;
    table.title = "Sweep (test metrics in %, mean ± 95 % interval over seeds)";
    const bool named =
        std::ranges::any_of(sweep.rows, [](const SweepRow& row) { return !row.variant.empty(); });
    if (named)
        table.columns.emplace_back("Variant");
    std::vector<sweeps::SweepAxis> axes = sweep.plan.axes;
    std::erase_if(axes, [](const sweeps::SweepAxis& axis) { return axis.key == "run.seed"; });
    for (const sweeps::SweepAxis& axis : axes)
        table.columns.push_back(axis.key);
    table.columns.emplace_back("Seeds");
    constexpr std::array<std::array<const char*, 2>, 3> kMetrics{
        {{"ndcg@10", "NDCG@10"}, {"mrr@10", "MRR@10"}, {"auc", "AUC"}}};
    for (const std::string& domain : sweep.domains)
        for (const auto& metric : kMetrics)
            table.columns.push_back(domain + ' ' + metric[1]);
    for (const SweepRow& row : sweep.rows) {
        std::vector<std::string> cells;
        if (named)
            cells.push_back(row.variant.empty() ? "-" : row.variant);
        for (const sweeps::SweepAxis& axis : axes) {
            const std::size_t place = placeOf(axis, row);
            cells.push_back(place < axis.values.size() ? axis.values[place] : std::string("-"));
        }
        cells.push_back(std::to_string(row.group.replicates().size()));
        for (std::size_t domain = 0; domain < 2; ++domain)
            for (const auto& metric : kMetrics)
                cells.push_back(percentWords(groupMetric(row.group, domain, metric[0])));
        table.rows.push_back(std::move(cells));
    }
    return table;
}

std::optional<SweepGrid> gridOf(const SweepResults& sweep)
{
    const std::vector<sweeps::SweepAxis> axes = changingAxes(sweep.plan);
    if (axes.size() != 2 || sweep.plan.ablation)
        return std::nullopt;
    SweepGrid grid{axes[0], axes[1], {}};
    for (auto& cells : grid.cells)
        cells.assign(grid.y.values.size(), std::vector<Estimate>(grid.x.values.size()));
    for (const SweepRow& row : sweep.rows) {
        const std::size_t x = placeOf(grid.x, row);
        const std::size_t y = placeOf(grid.y, row);
        if (x == grid.x.values.size() || y == grid.y.values.size())
            continue;
        for (std::size_t domain = 0; domain < 2; ++domain)
            grid.cells[domain][y][x] = groupMetric(row.group, domain, "ndcg@10");
        grid.cells[2][y][x] = bothDomains(row.group);
    }
    return grid;
}

} // namespace fedcctr::report
