// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/report_sweep.h"

#include "core/base/numbers.h"
#include "widgets/charts/heatmap.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <optional>

using namespace Qt::StringLiterals;

namespace fedcctr::cli {

using report::SweepGrid;
using report::SweepResults;
using report::SweepRow;
using runs::RoundRecord;
using runs::RunRecord;
using sweeps::SweepAxis;
using widgets::CurveContent;
using widgets::CurveSeries;
using widgets::LineStyle;

namespace {

constexpr std::size_t kMostLines = 8;

QString text(const std::string& words)
{
    return QString::fromStdString(words);
}

QString symbolOf(const std::string& key)
{
    const settings::Field& setting = settings::field(key);
    return text(setting.symbol.empty() ? setting.key : setting.symbol);
}

QString origin()
{
    return u"FedCCTR Studio %1"_s.arg(QLatin1String(FEDCCTR_VERSION));
}

/// Rising numbers, so that a map's axes do too; words as they were given.
std::vector<std::size_t> rising(const SweepAxis& axis)
{
    std::vector<std::size_t> order(axis.values.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    if (std::ranges::all_of(
            axis.values, [](const std::string& word) { return numberIn<double>(word).has_value(); }))
        std::ranges::stable_sort(
            order, {}, [&axis](std::size_t i) { return *numberIn<double>(axis.values[i]); });
    return order;
}

ReportPicture heatPicture(const SweepGrid& grid, std::size_t domain, const QString& name, std::string file)
{
    auto map = std::make_shared<widgets::HeatMap>(u"report_heat"_s);
    const QString title =
        u"NDCG@10 (%), test, %1, over %2 and %3"_s.arg(name, symbolOf(grid.x.key), symbolOf(grid.y.key));
    map->setTitle(title);
    map->setOrigin(origin());
    map->setAxes(symbolOf(grid.x.key), symbolOf(grid.y.key), u"%"_s);
    QStringList xLabels;
    QStringList yLabels;
    QList<QList<widgets::HeatCell>> cells;
    for (const std::size_t x : rising(grid.x))
        xLabels += text(grid.x.values[x]);
    for (const std::size_t y : rising(grid.y)) {
        yLabels += text(grid.y.values[y]);
        QList<widgets::HeatCell> row;
        for (const std::size_t x : rising(grid.x)) {
            const report::Estimate& value = grid.cells[domain][y][x];
            widgets::HeatCell cell;
            if (value.isKnown()) {
                cell.value = 100 * value.mean;
                cell.text = QString::number(100 * value.mean, 'f', 2);
            }
            row += cell;
        }
        cells += row;
    }
    map->setCells(xLabels, yLabels, cells);
    const QSize size(720, std::max(320, 120 + 44 * static_cast<int>(yLabels.size())));
    return {std::move(file), {}, title.toStdString(),
        [map, size](const QString& path) { return map->writePicture(path, size, 2); }};
}

/// The value of the row's setting, if it is a number.
std::optional<double> placeOf(const SweepRow& row, const std::string& key)
{
    for (const auto& [name, value] : row.point)
        if (name == key)
            return numberIn<double>(value);
    return std::nullopt;
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

void addReferences(CurveContent& content, const SweepResults& sweep)
{
    if (sweep.entries.empty())
        return;
    for (const runs::ReferenceRecord& reference : sweep.entries.front().summary->references)
        for (std::size_t domain = 0; domain < 2; ++domain) {
            const double value = 100 * reference.metrics[domain].at("ndcg@10");
            const bool random = reference.ranker == "random";
            if (!std::isfinite(value) || (random && domain == 1))
                continue;
            const QString label = random ? u"random %1"_s.arg(value, 0, 'f', 2)
                                         : text(reference.ranker) + (domain == 0 ? u" A"_s : u" B"_s);
            content.references.push_back({text(reference.ranker) + QString::number(domain), label, value,
                random ? -1 : static_cast<int>(domain), random ? LineStyle::Dotted : LineStyle::DashDot});
        }
}

ReportPicture settingPicture(const SweepResults& sweep, const SweepAxis& axis, const std::string& prefix)
{
    CurveContent content;
    content.title = u"NDCG@10 (%), test, over %1; bars: 95 % interval over seeds"_s.arg(symbolOf(axis.key));
    content.xLabel = symbolOf(axis.key);
    content.yLabel = u"%"_s;
    content.origin = origin();
    content.xKind = widgets::XKind::Number;
    content.logX = settings::field(axis.key).logarithmic;
    std::map<std::string, std::array<std::map<double, report::Estimate>, 2>> lines;
    for (const SweepRow& row : sweep.rows)
        if (const std::optional<double> x = placeOf(row, axis.key))
            for (std::size_t domain = 0; domain < 2; ++domain)
                if (const report::Estimate value = groupMetric(row.group, domain, "ndcg@10"); value.isKnown())
                    lines[row.variant][domain][*x] = value;
    int color = 0;
    for (const auto& [variant, domains] : lines)
        for (std::size_t domain = 0; domain < 2; ++domain, ++color) {
            const QString name = text(sweep.domains[domain] + (variant.empty() ? "" : ", " + variant));
            CurveSeries series({name, name, color, domain == 0 ? LineStyle::Solid : LineStyle::Dashed});
            series.spec.marker = domain == 0 ? widgets::Marker::Circle : widgets::Marker::Square;
            for (const auto& [x, value] : domains[domain])
                if (value.runs > 1)
                    series.append(x, 100 * value.mean, 100 * value.low, 100 * value.high);
                else
                    series.append(x, 100 * value.mean);
            content.series.push_back(std::move(series));
        }
    addReferences(content, sweep);
    return curvePicture(prefix + "setting", {}, std::move(content));
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

std::optional<ReportPicture> convergencePicture(
    const SweepResults& sweep, std::span<const RunRecord> runs, const std::string& prefix)
{
    if (sweep.rows.size() > kMostLines)
        return std::nullopt;
    CurveContent content;
    content.title = u"Convergence: NDCG@10 (%), validation, mean of domains and seeds"_s;
    content.xLabel = u"round"_s;
    content.yLabel = u"%"_s;
    content.origin = origin();
    int color = 0;
    for (const SweepRow& row : sweep.rows) {
        CurveSeries series({text(row.label()), {}, color,
            row.variant == sweeps::kFullModel ? LineStyle::Solid : LineStyle::Dashed});
        ++color;
        for (const auto& [round, value] : convergenceOf(row, runs))
            series.append(round, 100 * value);
        if (!series.isEmpty())
            content.series.push_back(std::move(series));
    }
    if (content.series.empty())
        return std::nullopt;
    return curvePicture(prefix + "convergence", {}, std::move(content));
}

} // namespace

std::vector<ReportPicture> sweepPictures(
    const SweepResults& sweep, std::span<const RunRecord> runs, const std::string& prefix)
{
    std::vector<ReportPicture> pictures;
    if (const std::optional<SweepGrid> grid = gridOf(sweep)) {
        const std::array<QString, 3> names{text(sweep.domains[0]), text(sweep.domains[1]), u"mean of both"_s};
        const std::array<const char*, 3> files{"heat-a", "heat-b", "heat-mean"};
        for (std::size_t domain = 0; domain < 3; ++domain)
            pictures.push_back(heatPicture(*grid, domain, names[domain], prefix + files[domain]));
    }
    if (const std::optional<SweepAxis> axis = onlyNumericAxis(sweep))
        pictures.push_back(settingPicture(sweep, *axis, prefix));
    if (std::optional<ReportPicture> convergence = convergencePicture(sweep, runs, prefix))
        pictures.push_back(std::move(*convergence));
    return pictures;
}

} // namespace fedcctr::cli
