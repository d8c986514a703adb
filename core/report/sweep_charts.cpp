// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/sweep_charts.h"

#include "core/base/numbers.h"
#include "core/report/sensitivity.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace fedcctr::report {

using runs::RoundRecord;
using runs::RunRecord;
using sweeps::SweepAxis;

namespace {

constexpr std::size_t kMostLines = 8;

std::vector<std::string> risingValues(const SweepAxis& axis)
{
    std::vector<std::string> values = axis.values;
    sortValues(values);
    return values;
}

std::size_t placeIn(const std::vector<std::string>& values, const std::string& value)
{
    return static_cast<std::size_t>(std::ranges::find(values, value) - values.begin());
}

SettingGrid settingGrid(const SweepGrid& grid, std::size_t domain)
{
    SettingGrid sorted{grid.x.key, grid.y.key, risingValues(grid.x), risingValues(grid.y), {}};
    for (const std::string& y : sorted.yValues) {
        std::vector<Estimate>& row = sorted.cells.emplace_back();
        for (const std::string& x : sorted.xValues)
            row.push_back(grid.cells[domain][placeIn(grid.y.values, y)][placeIn(grid.x.values, x)]);
    }
    return sorted;
}

/// The one numeric setting that changes.
std::optional<SweepAxis> onlyNumericAxis(const SweepResults& sweep)
{
    std::vector<SweepAxis> changing;
    for (const SweepAxis& axis : sweep.plan.axes)
        if (axis.values.size() > 1 && axis.key != "run.seed")
            changing.push_back(axis);
    if (changing.size() != 1 || !std::ranges::all_of(changing[0].values, [](const std::string& word) {
            return numberIn<double>(word).has_value();
        }))
        return std::nullopt;
    return changing[0];
}

void addReferences(Chart& chart, const SweepResults& sweep)
{
    if (sweep.entries.empty())
        return;
    for (const runs::ReferenceRecord& reference : sweep.entries.front().summary->references)
        for (std::size_t domain = 0; domain < 2; ++domain) {
            const double value = 100 * reference.metrics[domain].at("ndcg@10");
            const bool random = reference.ranker == "random";
            if (!std::isfinite(value) || (random && domain == 1))
                continue;
            chart.references.push_back({reference.ranker + std::to_string(domain),
                random ? "random" : reference.ranker + (domain == 0 ? " A" : " B"), value,
                random ? -1 : static_cast<int>(domain), random ? Line::Dotted : Line::DashDot, random});
        }
}

Chart settingChartOf(const SweepResults& sweep, const SweepAxis& axis)
{
    const std::vector<std::string> values = risingValues(axis);
    std::map<std::string, std::array<std::vector<Estimate>, 2>> variants;
    for (const SweepRow& row : sweep.rows)
        for (const auto& [key, value] : row.point)
            if (key == axis.key)
                for (std::size_t domain = 0; domain < 2; ++domain) {
                    std::vector<Estimate>& line = variants[row.variant][domain];
                    line.resize(values.size());
                    line[placeIn(values, value)] = groupMetric(row.group, domain, "ndcg@10");
                }
    std::vector<SettingLine> lines;
    for (const auto& [variant, domains] : variants)
        for (std::size_t domain = 0; domain < 2; ++domain)
            lines.push_back({sweep.domains[domain] + (variant.empty() ? "" : ", " + variant), domain == 1,
                domains[domain]});
    Chart chart = settingChart("NDCG@10 (%), test", axis.key, values, lines);
    addReferences(chart, sweep);
    return chart;
}

/// Means over seeds of the mean of both domains' validation NDCG@10, at the rounds that all seeds measured.
std::map<int, double> convergenceOf(const SweepRow& row, std::span<const RunRecord> runs)
{
    std::map<int, std::pair<double, std::size_t>> sums;
    const std::vector<const runs::RunEntry*> replicates = row.group.replicates();
    for (const runs::RunEntry* entry : replicates) {
        const auto run = std::ranges::find(runs, entry->path, &RunRecord::path);
        if (run == runs.end())
            continue;
        for (const RoundRecord& round : run->rounds) {
            const double value = (round.evaluation[0].at("ndcg@10") + round.evaluation[1].at("ndcg@10")) / 2;
            if (!std::isfinite(value))
                continue;
            auto& [sum, count] = sums[round.round];
            sum += value;
            ++count;
        }
    }
    std::map<int, double> means;
    for (const auto& [round, sum] : sums)
        if (sum.second == replicates.size())
            means[round] = sum.first / static_cast<double>(sum.second);
    return means;
}

std::optional<Chart> convergenceChart(const SweepResults& sweep, std::span<const RunRecord> runs)
{
    if (sweep.rows.size() > kMostLines)
        return std::nullopt;
    Chart chart;
    chart.title = "Convergence: NDCG@10 (%), validation, mean of domains and seeds";
    chart.xLabel = "round";
    chart.yLabel = "%";
    chart.origin = programName();
    int color = 0;
    for (const SweepRow& row : sweep.rows) {
        Series series{.name = row.label(),
            .color = color,
            .line = row.variant == sweeps::kFullModel ? Line::Solid : Line::Dashed};
        ++color;
        for (const auto& [round, value] : convergenceOf(row, runs))
            series.add(round, 100 * value);
        if (!series.isEmpty())
            chart.series.push_back(std::move(series));
    }
    return chart.series.empty() ? std::nullopt : std::optional(std::move(chart));
}

} // namespace

std::vector<Picture> sweepPictures(
    const SweepResults& sweep, std::span<const RunRecord> runs, const std::string& prefix)
{
    std::vector<Picture> pictures;
    if (const std::optional<SweepGrid> grid = gridOf(sweep)) {
        const std::array<std::string, 3> names{sweep.domains[0], sweep.domains[1], "mean of both"};
        const std::array<const char*, 3> files{"heat-a", "heat-b", "heat-mean"};
        for (std::size_t domain = 0; domain < 3; ++domain)
            pictures.push_back({prefix + files[domain], {},
                heatMap(settingGrid(*grid, domain), "NDCG@10 (%), test, " + names[domain])});
    }
    if (const std::optional<SweepAxis> axis = onlyNumericAxis(sweep))
        pictures.push_back({prefix + "setting", {}, settingChartOf(sweep, *axis)});
    if (std::optional<Chart> convergence = convergenceChart(sweep, runs))
        pictures.push_back({prefix + "convergence", {}, std::move(*convergence)});
    return pictures;
}

} // namespace fedcctr::report
