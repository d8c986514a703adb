// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/report_sweep.h"

#include <QStringList>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

using namespace Qt::StringLiterals;

namespace fedcctr::cli {

using report::RunGroup;
using runs::RunEntry;
using runs::SpendRecord;
using widgets::CurveContent;
using widgets::CurveSeries;
using widgets::LineStyle;

namespace {

/// A configuration under one rule.
struct FrontierPoint {
    const RunGroup* group = nullptr;
    std::string adversary;
    std::string accountant;
    double epsilon = 0; ///< the largest of the seeds'
    double delta = 0;
};

std::vector<FrontierPoint> pointsOf(const std::vector<RunGroup>& groups)
{
    std::vector<FrontierPoint> points;
    for (const RunGroup& group : groups) {
        std::map<std::pair<std::string, std::string>, FrontierPoint> rules;
        for (const RunEntry* run : group.replicates())
            for (const SpendRecord& spend : run->summary->privacy) {
                FrontierPoint& point = rules[{spend.adversary, spend.accountant}];
                point = {&group, spend.adversary, spend.accountant, std::max(point.epsilon, spend.epsilon),
                    spend.delta};
            }
        for (const auto& [rule, point] : rules)
            if (std::isfinite(point.epsilon) && point.epsilon > 0)
                points.push_back(point);
    }
    std::ranges::stable_sort(points, {}, &FrontierPoint::epsilon);
    return points;
}

QString text(const std::string& words)
{
    return QString::fromStdString(words);
}

/// Configurations that differ in their noise only, before one adversary; or those that stand alone.
struct Line {
    std::string name;
    bool isScattered = false; ///< points that have nothing to do with each other
    std::vector<const FrontierPoint*> points;
};

std::vector<Line> linesOf(const std::vector<FrontierPoint>& points, const std::string& accountant)
{
    std::vector<const FrontierPoint*> counted;
    std::vector<std::pair<std::string, std::string>> keys;
    for (const FrontierPoint& point : points)
        if (point.accountant == accountant) {
            counted.push_back(&point);
            keys.emplace_back(point.adversary, report::frontierKey(*point.group->runs.front()));
        }
    std::vector<Line> lines;
    std::vector<const RunEntry*> firsts;
    const std::vector<report::FrontierLine> all = report::frontierLines(keys);
    for (const report::FrontierLine& found : all) {
        Line line{found.threat, found.isScattered, {}};
        for (const std::size_t i : found.points)
            line.points.push_back(counted[i]);
        if (!found.isScattered)
            firsts.push_back(line.points.front()->group->runs.front());
        lines.push_back(std::move(line));
    }
    const std::vector<std::string> names = runs::lineNames(firsts);
    std::size_t named = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string name = all[i].isScattered ? "single configurations" : names[named++];
        if (!all[i].isOnly)
            lines[i].name += ", " + name;
    }
    return lines;
}

void addLines(CurveContent& content, std::vector<Line> lines, std::size_t domain)
{
    constexpr std::array kMarkers{widgets::Marker::Circle, widgets::Marker::Square, widgets::Marker::Triangle,
        widgets::Marker::Diamond, widgets::Marker::Cross};
    constexpr double kGap = std::numeric_limits<double>::quiet_NaN();
    std::size_t number = 0;
    for (Line& line : lines) {
        CurveSeries series({text(line.name), {}, static_cast<int>(number)});
        series.spec.marker = kMarkers[number % kMarkers.size()];
        ++number;
        std::ranges::stable_sort(line.points, {}, &FrontierPoint::epsilon);
        for (const FrontierPoint* point : line.points) {
            const report::Estimate value = groupMetric(*point->group, domain, "ndcg@10");
            if (value.runs > 1)
                series.append(point->epsilon, 100 * value.mean, 100 * value.low, 100 * value.high);
            else if (value.runs == 1)
                series.append(point->epsilon, 100 * value.mean);
            if (line.isScattered)
                series.append(point->epsilon, kGap);
        }
        if (!series.isEmpty())
            content.series.push_back(std::move(series));
    }
}

/// Popularity as a histogram that spends the whole budget, by the budget; means over runs.
void addPrivatePopularity(CurveContent& content, const std::vector<RunGroup>& groups, std::size_t domain)
{
    std::vector<const RunEntry*> runs;
    for (const RunGroup& group : groups)
        std::ranges::copy(group.replicates(), std::back_inserter(runs));
    int color = static_cast<int>(content.series.size());
    for (const auto& [adversary, byEpsilon] : report::privatePopularity(runs, domain, "ndcg@10")) {
        const QString name = u"private popularity, %1, gaussian"_s.arg(text(adversary));
        CurveSeries series({name, {}, color, LineStyle::Dotted});
        ++color;
        for (const auto& [epsilon, value] : byEpsilon)
            series.append(epsilon, 100 * value.mean);
        content.series.push_back(std::move(series));
    }
}

/// Random and popularity below, the best runs without noise above.
void addEnds(CurveContent& content, const std::vector<RunGroup>& groups, std::size_t domain)
{
    const RunEntry* first = nullptr;
    std::map<std::string, double> open;
    for (const RunGroup& group : groups)
        for (const RunEntry* run : group.replicates()) {
            if (!first)
                first = run;
            if (run->summary->privacy.empty()) {
                const std::string mode = run->setting("federation.mode");
                const double value = groupMetric(group, domain, "ndcg@10").mean;
                const auto [known, isNew] = open.try_emplace(mode.empty() ? "federated" : mode, value);
                known->second = std::max(known->second, value);
            }
        }
    for (const auto& [mode, value] : open)
        content.references.push_back(
            {text(mode), u"%1, no noise"_s.arg(text(mode)), 100 * value, 7, LineStyle::Dashed});
    if (!first)
        return;
    for (const runs::ReferenceRecord& reference : first->summary->references)
        if (const double value = reference.metrics[domain].at("ndcg@10");
            std::isfinite(value) && reference.ranker != "item-knn")
            content.references.push_back({text(reference.ranker), text(reference.ranker), 100 * value, -1,
                reference.ranker == "random" ? LineStyle::Dotted : LineStyle::DashDot});
}

/// "δ 1e-05", or a list where they differ.
QString deltas(const std::vector<Line>& lines)
{
    QStringList words;
    for (const Line& line : lines)
        for (const FrontierPoint* point : line.points)
            if (const QString word = QString::number(point->delta); point->delta > 0 && !words.contains(word))
                words += word;
    return words.isEmpty() ? u"no δ"_s : u"δ "_s + words.join(u", "_s);
}

/// Those that spent, the rigorous ones first.
std::vector<std::string> accountantsOf(const std::vector<FrontierPoint>& points)
{
    std::vector<std::string> found;
    for (const char* name : {"gaussian", "pld", "rdp", "appendix-a", "eq27"})
        if (std::ranges::find(points, name, &FrontierPoint::accountant) != points.end())
            found.emplace_back(name);
    return found;
}

CurveContent frontierOf(const std::vector<RunGroup>& groups, const std::vector<FrontierPoint>& points,
    const std::string& accountant, std::size_t domain)
{
    const std::vector<Line> lines = linesOf(points, accountant);
    const FrontierPoint& first = *lines.front().points.front();
    CurveContent content;
    content.title = u"Privacy and utility, %1: NDCG@10 (%), test, over ε by %2 (%3)"_s.arg(
        text(first.group->runs.front()->domains[domain]),
        text(report::accountantWords(accountant, first.adversary)), deltas(lines));
    content.xLabel = u"ε, %1"_s.arg(text(accountant));
    content.yLabel = u"%"_s;
    content.origin = u"FedCCTR Studio %1"_s.arg(QLatin1String(FEDCCTR_VERSION));
    content.xKind = widgets::XKind::Number;
    content.logX = true;
    addLines(content, lines, domain);
    const bool printed = accountant == "eq27" || accountant == "appendix-a";
    if (!printed)
        addPrivatePopularity(content, groups, domain);
    addEnds(content, groups, domain);
    return content;
}

} // namespace

std::vector<ReportPicture> frontierPictures(std::span<const RunEntry> entries, const std::string& prefix)
{
    const std::vector<RunGroup> groups = report::groupRuns(entries);
    const std::vector<FrontierPoint> points = pointsOf(groups);
    std::vector<ReportPicture> pictures;
    for (const std::string& accountant : accountantsOf(points))
        for (std::size_t domain = 0; domain < 2; ++domain) {
            std::string file = prefix + (domain == 0 ? "frontier-a-" : "frontier-b-");
            file += accountant;
            pictures.push_back(
                curvePicture(std::move(file), {}, frontierOf(groups, points, accountant, domain)));
        }
    return pictures;
}

report::Table frontierTable(std::span<const RunEntry> entries)
{
    const std::vector<RunGroup> groups = report::groupRuns(entries);
    report::Table table;
    table.title = "Privacy and utility (test NDCG@10 in %, mean ± 95 % interval over seeds)";
    table.columns = {
        "Configuration", "Adversary", "Accountant", "ε spent", "δ", "Seeds", "NDCG@10 A", "NDCG@10 B"};
    const std::vector<std::string> names = report::namesOf(groups);
    std::vector<FrontierPoint> points = pointsOf(groups);
    std::ranges::stable_sort(
        points, {}, [](const FrontierPoint& point) { return std::pair(point.accountant, point.adversary); });
    for (const FrontierPoint& point : points) {
        const RunGroup& group = *point.group;
        table.rows.push_back({names[static_cast<std::size_t>(&group - groups.data())], point.adversary,
            report::accountantWords(point.accountant, point.adversary),
            QString::number(point.epsilon, 'g', 4).toStdString(),
            point.delta > 0 ? QString::number(point.delta).toStdString() : std::string("none"),
            std::to_string(group.replicates().size()), report::percentWords(groupMetric(group, 0, "ndcg@10")),
            report::percentWords(groupMetric(group, 1, "ndcg@10"))});
    }
    return table;
}

} // namespace fedcctr::cli
