// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/ctr.h"

#include "core/base/numbers.h"
#include "core/report/ablation.h"
#include "core/report/model_comparison.h"

#include <algorithm>
#include <cmath>

namespace fedcctr::report {

namespace {

std::string figure(const runs::MetricSet& metrics, const std::string& name, double unit, int decimals)
{
    const double value = metrics.at(name);
    return std::isfinite(value) ? fixed(unit * value, decimals) : std::string("-");
}

template <typename Run> bool asksForLabels(const Run& run)
{
    return run.setting("data.label") == "rating" || run.setting("run.best_by").starts_with("ctr-");
}

/// "73.10 ± 0.25"
std::string estimateWords(const Estimate& value, double unit, int decimals)
{
    if (!value.isKnown())
        return "-";
    const std::string mean = fixed(unit * value.mean, decimals);
    return value.hasInterval() ? mean + " ± " + fixed(unit * (value.high - value.low) / 2, decimals) : mean;
}

std::string interval(const runs::MetricSet& metrics, const std::string& name, double unit, int decimals)
{
    const auto found = metrics.interval(name);
    return found ? fixed(unit * found->first, decimals) + " to " + fixed(unit * found->second, decimals)
                 : std::string("-");
}

Series reliabilityLine(const ReliabilitySubject& subject, std::size_t domain)
{
    const std::string letter = domain == 0 ? " A" : " B";
    Series series{.name = subject.name + letter,
        .label = subject.name + letter,
        .color = subject.color,
        .line = domain == 0 ? Line::Solid : Line::Dashed,
        .marker = domain == 0 ? Marker::Circle : Marker::Square};
    for (const evaluation::ReliabilityBin& bin : subject.metrics[domain].reliability)
        series.add(bin.expected, bin.observed);
    return series;
}

} // namespace

bool predictsLabels(const runs::RunRecord& run)
{
    return asksForLabels(run);
}

bool predictsLabels(const runs::RunEntry& run)
{
    return asksForLabels(run);
}

std::string labelWords(const runs::RunRecord& run)
{
    return run.setting("data.label") == "rating"
        ? "ratings of at least "
            + general(std::strtod(run.setting("data.rating_threshold").c_str(), nullptr), 4)
        : std::string("each click against one sampled item, drawn once");
}

Table ctrTable(std::span<const runs::RunRecord> runs)
{
    Table table;
    table.title = "CTR metrics on test events (95 % intervals by bootstrap over users)";
    table.note = "AUC is over all samples, GAUC within each user who has both labels. Expected / observed is "
                 "the sum of predicted probabilities over the number of ones: 1 is calibrated. With clicks, "
                 "where negatives are sampled, probabilities are those of the sample, not of the world.";
    table.columns = {"Run", "Domain", "AUC (%)", "95 % interval", "GAUC (%)", "Log-loss", "95 % interval",
        "Expected / observed", "Samples", "Labels"};
    for (const runs::RunRecord& run : runs) {
        if (!run.summary || !predictsLabels(run))
            continue;
        for (std::size_t domain = 0; domain < 2; ++domain) {
            const runs::MetricSet& metrics = run.summary->test[domain];
            if (!std::isfinite(metrics.at("ctr_n")))
                continue;
            table.rows.push_back({run.name, run.domains[domain], figure(metrics, "ctr_auc", 100, 2),
                interval(metrics, "ctr_auc", 100, 2), figure(metrics, "ctr_gauc", 100, 2),
                figure(metrics, "ctr_logloss", 1, 4), interval(metrics, "ctr_logloss", 1, 4),
                figure(metrics, "ctr_calibration", 1, 3), figure(metrics, "ctr_n", 1, 0), labelWords(run)});
        }
    }
    return table;
}

Table ctrModelTable(const SweepResults& sweep)
{
    Table table;
    if (sweep.entries.empty() || !predictsLabels(sweep.entries.front()))
        return table;
    const std::vector<ModelRow> rows = modelRows(sweep);
    const auto base =
        std::ranges::find_if(rows, [](const ModelRow& row) { return row.listed && row.listed->isBase; });
    table.title = "CTR models on " + sweep.entries.front().summary->dataset
        + " (test, mean ± 95 % interval over seeds)";
    table.note =
        "AUC over all samples and GAUC within users (%), log-loss, expected over observed ones. Diff.: "
        "AUC against "
        + (base == rows.end() ? std::string("the base") : base->name) + " in percent of it.";
    table.columns = {"Group", "Model", "Seeds"};
    for (const std::string& domain : sweep.domains)
        for (const char* metric : {" AUC", " GAUC", " Log-loss", " Exp./obs.", " Diff."})
            table.columns.push_back(domain + metric);
    for (const ModelRow& row : rows) {
        if (!row.listed)
            continue;
        std::vector<std::string> cells{row.group, row.name, std::to_string(row.runs.replicates().size())};
        for (std::size_t domain = 0; domain < 2; ++domain) {
            cells.push_back(estimateWords(row.metric(domain, "ctr_auc"), 100, 2));
            cells.push_back(estimateWords(row.metric(domain, "ctr_gauc"), 100, 2));
            cells.push_back(estimateWords(row.metric(domain, "ctr_logloss"), 1, 4));
            cells.push_back(estimateWords(row.metric(domain, "ctr_calibration"), 1, 3));
            cells.push_back(base != rows.end() && &row != &*base
                    ? differenceWords(row.metric(domain, "ctr_auc"), base->metric(domain, "ctr_auc"))
                    : "-");
        }
        table.rows.push_back(std::move(cells));
    }
    return table;
}

Chart reliabilityChart(std::span<const ReliabilitySubject> subjects)
{
    Chart chart;
    chart.title = "Reliability: observed share of ones by predicted probability";
    chart.note =
        "One point per tenth of the predicted probability; on the dotted line a model says what happens";
    chart.xLabel = "predicted probability";
    chart.yLabel = "observed share";
    chart.emptyText = "No labels have been predicted yet.";
    chart.origin = programName();
    chart.xAxis = XAxis::Number;
    Series diagonal{.name = "calibrated", .label = "calibrated", .color = 7, .line = Line::Dotted};
    diagonal.add(0, 0);
    diagonal.add(1, 1);
    for (const ReliabilitySubject& subject : subjects)
        for (std::size_t domain = 0; domain < 2; ++domain)
            if (Series line = reliabilityLine(subject, domain); !line.isEmpty())
                chart.series.push_back(std::move(line));
    if (!chart.series.empty())
        chart.series.push_back(std::move(diagonal));
    return chart;
}

} // namespace fedcctr::report
