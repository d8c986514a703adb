// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/run_charts.h"

#include "core/report/ctr.h"
#include "core/report/markets.h"

#include "core/base/numbers.h"
#include "core/evaluation/references.h"
#include "core/privacy/accountants/accountants.h"
#include "core/report/privacy_statement.h"
#include "core/report/run_tables.h"
#include "core/runs/run_likeness.h"

#include <algorithm>
#include <cmath>

namespace fedcctr::report {

using runs::RoundLoss;
using runs::RoundRecord;
using runs::RunRecord;

namespace {

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();

/// Names become file names.
std::string fileName(const std::string& run, const std::string& chart, bool alone)
{
    if (alone)
        return chart;
    std::string safe = run;
    std::ranges::replace_if(
        safe, [](char c) { return std::string("/\\ ()").find(c) != std::string::npos; }, '_');
    return safe + "-" + chart;
}

Chart roundsChart(const RunRecord& run, const std::string& title, const std::string& yLabel)
{
    Chart chart;
    chart.title = title;
    chart.xLabel = "round";
    chart.yLabel = yLabel;
    chart.origin = "run " + run.name + ", " + programName();
    chart.emptyText = "Nothing was recorded.";
    return chart;
}

/// "A Books", or "A" if the run does not name its domains.
std::string domainLabel(const RunRecord& run, std::size_t domain)
{
    const std::string letter = domain == 0 ? "A" : "B";
    return run.domains[domain] == letter ? letter : letter + ' ' + run.domains[domain];
}

void addQuality(Series& series, const RunRecord& run, std::size_t domain, bool withIntervals)
{
    const RunRecord* one = &run;
    for (const CurvePoint& point : curveOf({&one, 1}, domain, "ndcg@10"))
        if (withIntervals)
            series.addPercent(point.round, point.value);
        else
            series.add(point.round, 100 * point.value.mean);
}

/// What ranks without training. They were measured on the test targets, the curves on the validation
/// targets: the labels say so.
void addReferences(Chart& chart, const RunRecord& run)
{
    if (!run.summary)
        return;
    for (const runs::ReferenceRecord& reference : run.summary->references) {
        const bool random = reference.ranker == "random";
        for (std::size_t domain = 0; domain < 2; ++domain) {
            const double value = 100 * reference.metrics[domain].at("ndcg@10");
            if (!std::isfinite(value) || (random && domain == 1))
                continue;
            const std::string label = random
                ? "random"
                : evaluation::titleOfReference(reference.ranker) + (domain == 0 ? " A (test)" : " B (test)");
            chart.references.push_back({reference.ranker + std::to_string(domain), label, value,
                random ? -1 : static_cast<int>(domain), random ? Line::Dotted : Line::DashDot, random});
        }
    }
}

Chart ndcgChart(const RunRecord& run)
{
    Chart chart = roundsChart(run, "NDCG@10 (%), validation targets, bands: 95 % interval over users", "%");
    for (std::size_t domain = 0; domain < 2; ++domain) {
        Series series{.name = "NDCG@10 " + run.domains[domain],
            .label = domainLabel(run, domain),
            .color = static_cast<int>(domain),
            .line = domain == 0 ? Line::Solid : Line::Dashed};
        addQuality(series, run, domain, true);
        chart.series.push_back(std::move(series));
    }
    addReferences(chart, run);
    return chart;
}

/// Where a term's weight was changed while the run went on.
void markChanges(Chart& chart, const RunRecord& run, const runs::LossTerm& term)
{
    for (std::size_t i = 1; i < run.rounds.size(); ++i)
        if (const double now = run.rounds[i].loss.weight(term.name);
            now != run.rounds[i - 1].loss.weight(term.name))
            chart.events.push_back(
                {double(run.rounds[i - 1].round), runs::settingSymbol(term.setting) + " = " + general(now)});
}

Chart lossChart(const RunRecord& run)
{
    Chart chart = roundsChart(run, "Loss terms, mean over the round's clients, weighted as in the round", {});
    if (run.rounds.empty())
        return chart;
    const RoundLoss& last = run.rounds.back().loss;
    for (std::size_t i = 0; i < last.terms.size(); ++i) {
        chart.series.push_back(lossLine(last.terms[i], static_cast<int>(i)));
        for (const RoundRecord& round : run.rounds)
            chart.series[i].add(round.round, round.loss.weighted(last.terms[i].name));
        if (last.terms[i].isWeighted())
            markChanges(chart, run, last.terms[i]);
    }
    return chart;
}

/// As the run's end says it, where there is one.
std::string accountantOf(const runs::BudgetRecord& budget, const RunRecord& run)
{
    if (run.summary)
        for (const runs::SpendRecord& spend : run.summary->privacy)
            if (spend.accountant == budget.accountant && spend.adversary == budget.adversary)
                return accountantWords(spend);
    return accountantWords(budget.accountant, budget.adversary);
}

/// "rdp, δ 1e-05, local, replace": what must stand beside every epsilon.
std::string guarantee(const runs::BudgetRecord& budget, const RunRecord& run)
{
    std::string words = accountantOf(budget, run);
    const privacy::AccountantInfo* accountant = privacy::findAccountant(budget.accountant);
    if (accountant && !accountant->hasDelta)
        words += ", no δ";
    else
        words +=
            ", δ " + (std::isfinite(budget.delta) ? general(budget.delta) : run.setting("privacy.delta"));
    words += ", " + budget.adversary.text();
    return budget.relation.empty() ? words : words + ", " + budget.relation.text();
}

/// "; really ε 1862 at the end (gaussian, δ 1e-05, local)" after a rule as printed, where a rigorous number
/// is known.
std::string whatHolds(const runs::BudgetRecord& budget, const RunRecord& run)
{
    if (!isPrintedRule(budget.accountant))
        return {};
    runs::SpendRecord holds;
    if (const auto& rigorous =
            run.rounds.back().budget ? run.rounds.back().budget->rigorous : budget.rigorous) {
        holds.accountant = rigorous->accountant;
        holds.delta = rigorous->delta;
        holds.epsilon = rigorous->most;
    }
    if (run.summary)
        if (const runs::SpendRecord* best = tightestGuarantee(*run.summary))
            holds = *best;
    if (holds.accountant.empty())
        return {};
    return "; really ε " + general(holds.epsilon, 4) + " at the end (" + holds.accountant + ", δ "
        + general(holds.delta) + ", " + budget.adversary.text() + ')';
}

std::optional<Chart> budgetChart(const RunRecord& run)
{
    const auto first =
        std::ranges::find_if(run.rounds, [](const RoundRecord& round) { return round.budget.has_value(); });
    if (first == run.rounds.end())
        return std::nullopt;
    Chart chart = roundsChart(run, "Privacy budget spent: ε, " + guarantee(*first->budget, run), "ε");
    // In the title there is no room for both.
    chart.xLabel += whatHolds(*first->budget, run);
    chart.series = budgetLines();
    bool stopped = false;
    for (const RoundRecord& round : run.rounds) {
        if (!round.budget)
            continue;
        const runs::BudgetRecord& budget = *round.budget;
        chart.series[0].add(round.round, budget.most);
        chart.series[1].add(round.round, budget.median, budget.least, budget.most);
        chart.series[2].add(round.round, budget.least);
        if (!stopped && budget.active < budget.clients)
            chart.events.push_back(
                {double(round.round), "first client stops, " + std::to_string(round.round)});
        stopped = stopped || budget.active < budget.clients;
    }
    const double limit = first->budget->limit;
    chart.references.push_back({"limit", "budget " + general(limit), limit, 7, Line::Dashed});
    return chart;
}

std::optional<Chart> noiseChart(const RunRecord& run)
{
    const bool adapts = run.clipNormChanges();
    Chart chart = roundsChart(run,
        adapts ? "Noise σ per coordinate, clip norm θ, and share of clipped gradients"
               : "Noise σ per coordinate, and share of clipped gradients",
        adapts ? "σ, θ" : "σ");
    chart.rightLabel = "clipped, %";
    Series sigma{.name = "sigma", .label = "σ", .color = 5};
    Series clipped{
        .name = "clipped, %", .label = "clipped", .color = 6, .line = Line::Dashed, .rightAxis = true};
    Series clipNorm{.name = "clip norm", .label = "θ", .color = 3, .line = Line::DashDot};
    for (const RoundRecord& round : run.rounds) {
        if (!std::isfinite(round.sigma))
            continue;
        sigma.add(round.round, round.sigma);
        clipped.add(round.round, 100 * round.clipped);
        clipNorm.add(round.round, round.clipNorm);
    }
    if (sigma.isEmpty())
        return std::nullopt;
    chart.series = {std::move(sigma), std::move(clipped)};
    if (adapts)
        chart.series.push_back(std::move(clipNorm));
    return chart;
}

std::optional<Chart> signalChart(const RunRecord& run)
{
    Chart chart =
        roundsChart(run, "Signal-to-noise: norm of the averaged uploads over that of the noise", "ratio");
    chart.logY = true;
    Series series{.name = "signal-to-noise", .label = "signal/noise", .color = 4};
    // A round in which nobody sent has no signal: a gap.
    for (const RoundRecord& round : run.rounds)
        if (std::isfinite(round.signalToNoise) || round.budget)
            series.add(round.round, round.signalToNoise > 0 ? round.signalToNoise : kGap);
    if (std::ranges::none_of(series.y, [](double value) { return value > 0; }))
        return std::nullopt;
    chart.series = {std::move(series)};
    const double best = run.summary ? run.summary->forecast.signalFirst : 0;
    if (best > 0 && std::isfinite(best))
        chart.references.push_back({"best", "best, round 1", best, -1, Line::Dotted});
    chart.references.push_back({"even", "as loud as noise", 1, -1, Line::Dashed});
    return chart;
}

std::string upper(std::string metric)
{
    std::ranges::transform(metric, metric.begin(),
        [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return metric;
}

} // namespace

std::vector<CurvePoint> curveOf(
    std::span<const RunRecord* const> runs, std::size_t domain, const std::string& metric)
{
    std::map<int, std::vector<Estimate>> byRound;
    for (const RunRecord* run : runs)
        for (const RoundRecord& round : run->rounds)
            if (const Estimate value = estimateOf(round.evaluation[domain], metric); value.isKnown())
                byRound[round.round].push_back(value);
    std::vector<CurvePoint> curve;
    for (const auto& [round, values] : byRound) {
        // Where a run is missing, the mean would jump.
        if (values.size() < runs.size())
            continue;
        Estimate value = meanOf(values);
        // With two seeds Student's interval can reach beyond what the metric can be.
        value.low = value.low < 0 ? 0 : value.low;
        value.high = metric.find("logloss") == std::string::npos && value.high > 1 ? 1 : value.high;
        curve.push_back({round, value});
    }
    return curve;
}

Clocks clocksOf(std::span<const RunRecord* const> runs)
{
    Clocks clocks;
    std::map<double, int> timed;
    std::map<double, int> charged;
    for (const RunRecord* run : runs) {
        double total = 0;
        for (const RoundRecord& round : run->rounds) {
            total += std::isfinite(round.seconds) ? round.seconds : 0;
            clocks.seconds[round.round] += total;
            ++timed[round.round];
            if (round.budget && std::isfinite(round.budget->most)) {
                clocks.epsilon[round.round] += round.budget->most;
                ++charged[round.round];
            }
        }
    }
    for (auto& [round, sum] : clocks.seconds)
        sum /= timed[round];
    for (auto& [round, sum] : clocks.epsilon)
        sum /= charged[round];
    return clocks;
}

Series lossLine(const runs::LossTerm& term, int place)
{
    return {.name = runs::labelOf(term), .color = place, .line = place % 2 == 0 ? Line::Solid : Line::Dashed};
}

std::vector<Series> budgetLines()
{
    return {{.name = "ε spent, most of all clients", .label = "most", .color = 3, .line = Line::Dashed},
        {.name = "ε spent, median client", .label = "median", .color = 5},
        {.name = "ε spent, least of all clients", .label = "least", .color = 6, .line = Line::Dotted}};
}

std::vector<Picture> runPictures(const RunRecord& run, bool alone)
{
    const auto named = [&](const char* name, Chart chart) {
        return Picture{fileName(run.name, name, alone), run.name, std::move(chart)};
    };
    std::vector<Picture> pictures{named("ndcg", ndcgChart(run)), named("loss", lossChart(run))};
    if (Chart markets = marketChart(run, "ndcg@10"); !markets.series.empty())
        pictures.push_back(named("markets", std::move(markets)));
    if (Chart codebooks = codebookChart(run); !codebooks.series.empty())
        pictures.push_back(named("codebooks", std::move(codebooks)));
    if (run.summary && predictsLabels(run)) {
        const ReliabilitySubject subject{run.name, 0, run.summary->test};
        pictures.push_back(named("reliability", reliabilityChart(std::span(&subject, 1))));
    }
    if (std::optional<Chart> budget = budgetChart(run))
        pictures.push_back(named("budget", std::move(*budget)));
    if (std::optional<Chart> noise = noiseChart(run))
        pictures.push_back(named("noise", std::move(*noise)));
    if (std::optional<Chart> signal = signalChart(run))
        pictures.push_back(named("signal", std::move(*signal)));
    return pictures;
}

Picture comparison(std::span<const RunRecord> runs)
{
    Chart chart = roundsChart(runs.front(), "NDCG@10 (%), validation: domain A solid, B dashed", "%");
    chart.origin = programName();
    int color = 0;
    for (const RunRecord& run : runs) {
        for (std::size_t domain = 0; domain < 2; ++domain) {
            Series series{.name = run.name + (domain == 0 ? " A" : " B"),
                .color = color,
                .line = domain == 0 ? Line::Solid : Line::Dashed};
            addQuality(series, run, domain, false);
            chart.series.push_back(std::move(series));
        }
        ++color;
    }
    const auto complete =
        std::ranges::find_if(runs, [](const RunRecord& run) { return run.summary.has_value(); });
    if (complete != runs.end())
        addReferences(chart, *complete);
    std::erase_if(chart.references, [](const Reference& reference) { return reference.color >= 0; });
    return {"compare-ndcg", {}, std::move(chart)};
}

BarChart metricBars(std::span<const MetricSubject> subjects, int cutoff)
{
    BarChart chart;
    chart.title = "Metrics (%)";
    chart.note = "Bars are means, whiskers 95 % intervals: over seeds for several runs, over users for one";
    chart.valueLabel = "%";
    chart.referenceLabel = "random";
    chart.origin = programName();
    std::vector<const runs::RunEntry*> runs;
    for (const MetricSubject& subject : subjects) {
        chart.subjects.push_back({subject.name, subject.color});
        std::ranges::copy(subject.runs, std::back_inserter(runs));
    }
    const std::string at = '@' + std::to_string(cutoff);
    for (const std::string& metric : {"ndcg" + at, "mrr" + at, "hr" + at, std::string("auc")})
        for (std::size_t domain = 0; domain < 2; ++domain) {
            BarGroup group{upper(metric) + (domain == 0 ? " A" : " B"), {}, randomValue(runs, metric)};
            for (const MetricSubject& subject : subjects)
                group.bars.push_back(subject.value(domain, metric));
            chart.groups.push_back(std::move(group));
        }
    return chart;
}

} // namespace fedcctr::report
