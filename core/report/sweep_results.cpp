// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/sweep_results.h"

#include "core/base/error.h"
#include "core/base/numbers.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace fedcctr::report {

namespace {

std::string decimals(double value, int count)
{
    return std::isfinite(value) ? fixed(value, count) : std::string("-");
}

std::string pointWords(const SweepRow& row)
{
    std::string words;
    for (const auto& [key, value] : row.point)
        words += (words.empty() ? "" : ", ") + runs::settingSymbol(key) + ' ' + value;
    return words;
}

/// Difference from `base` in percent of it.
std::string differenceWords(double value, double base)
{
    const double percent = 100 * (value - base) / base;
    return base > 0 ? (percent >= 0 ? "+" : "") + decimals(percent, 2) : std::string("-");
}

const SweepRow* fullModelAt(const SweepResults& sweep, const SweepRow& row)
{
    for (const SweepRow& other : sweep.rows)
        if (other.variant == sweeps::kFullModel && other.point == row.point)
            return &other;
    return nullptr;
}

/// The p values of all rows but the full models' in both domains, corrected together; NaN where there is
/// none.
std::map<std::pair<std::size_t, std::size_t>, double> correctedPs(const SweepResults& sweep)
{
    std::vector<std::pair<std::size_t, std::size_t>> places;
    std::vector<double> values;
    for (std::size_t i = 0; i < sweep.rows.size(); ++i) {
        const SweepRow* full = fullModelAt(sweep, sweep.rows[i]);
        if (!full || sweep.rows[i].variant == sweeps::kFullModel)
            continue;
        for (std::size_t domain = 0; domain < 2; ++domain)
            if (const auto compared = compareGroups(full->group, sweep.rows[i].group, domain)) {
                places.emplace_back(i, domain);
                values.push_back(compared->pPermutation);
            }
    }
    const std::vector<double> corrected = evaluation::holm(values);
    std::map<std::pair<std::size_t, std::size_t>, double> found;
    for (std::size_t i = 0; i < places.size(); ++i)
        found[places[i]] = corrected[i];
    return found;
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
evaluation::MeanInterval bothDomains(const RunGroup& group)
{
    std::vector<double> means;
    for (const runs::RunEntry* run : group.replicates())
        means.push_back((run->summary->test[0].at("ndcg@10") + run->summary->test[1].at("ndcg@10")) / 2);
    return evaluation::meanInterval(means);
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

std::string percentWords(const evaluation::MeanInterval& interval)
{
    if (interval.count == 0)
        return "-";
    const std::string mean = decimals(100 * interval.mean, 2);
    return interval.count == 1 ? mean : mean + " ± " + decimals(100 * interval.half, 2);
}

Table ablationTable(const SweepResults& sweep)
{
    Table table;
    table.title = "Ablation (%, mean ± 95 % interval over seeds; Diff.: percent of the full model; p: paired "
                  "permutation test over users, Holm)";
    table.columns = {"Variant", "Seeds"};
    for (const std::string& domain : sweep.domains)
        for (const char* column : {" NDCG@10", " Diff.", " p", " MRR@10", " Diff. "})
            table.columns.push_back(domain + column);
    if (!sweep.plan.ablation)
        return table;
    const auto ps = correctedPs(sweep);
    for (std::size_t i = 0; i < sweep.rows.size(); ++i) {
        const SweepRow& row = sweep.rows[i];
        const SweepRow* full = fullModelAt(sweep, row);
        if (row.variant.empty())
            continue;
        std::vector<std::string> cells{row.label(), std::to_string(row.group.replicates().size())};
        for (std::size_t domain = 0; domain < 2; ++domain)
            for (const char* metric : {"ndcg@10", "mrr@10"}) {
                const evaluation::MeanInterval value = groupMetric(row.group, domain, metric);
                cells.push_back(percentWords(value));
                const bool isFull = row.variant == sweeps::kFullModel;
                cells.push_back(full && !isFull && value.count > 0
                        ? differenceWords(value.mean, groupMetric(full->group, domain, metric).mean)
                        : std::string("-"));
                if (metric == std::string("ndcg@10")) {
                    const auto p = ps.find({i, domain});
                    cells.push_back(p == ps.end() ? std::string("-") : decimals(p->second, 4));
                }
            }
        table.rows.push_back(std::move(cells));
    }
    return table;
}

Table sweepTable(const SweepResults& sweep)
{
    Table table;
    table.title = "Sweep (test metrics in %, mean ± 95 % interval over seeds)";
    if (sweep.plan.ablation)
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
        if (sweep.plan.ablation)
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
    const double nan = std::numeric_limits<double>::quiet_NaN();
    SweepGrid grid{axes[0], axes[1], {}};
    for (auto& cells : grid.cells)
        cells.assign(
            grid.y.values.size(), std::vector<evaluation::MeanInterval>(grid.x.values.size(), {nan, nan, 0}));
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
