// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/train/runcharts.h"

#include "app/plots/chartcontent.h"
#include "app/studio/runs/runtexts.h"
#include "app/studio/train/qualitychart.h"
#include "core/report/run_charts.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using widgets::LineStyle;

namespace {

// Lines in the order in which the constructors add them.
enum BudgetLine { SpentMost, SpentMedian, SpentLeast, Forecast };
enum NoiseLine { NoiseSigma, NoiseNormMedian, NoiseNormMost, NoiseSignal, NoiseClipped };
enum ClientsLine { ClientsActive, ClientsTaking };

QString tr(const char* text)
{
    return QCoreApplication::translate("RunCharts", text);
}

bool hasNoise(const RunRecording& record)
{
    return record.hello.config().privacy.schedule != privacy::Schedule::None;
}

QString waiting(const RunRecording& record)
{
    return record.greeted ? tr("Waiting for the first round…") : tr("Nothing is running.");
}

} // namespace

LossChart::LossChart(widgets::CurvePlot* plot)
    : RunChart(plot)
{
    plot->setAxes(tr("round"), {});
    plot->setExportName(u"loss"_s);
    finish();
}

/// The lines that are there stay until a run has other terms.
void LossChart::describe(const RunRecording& record)
{
    if (!record.rounds.empty()) {
        const std::vector<runs::LossTerm>& terms = record.rounds.back().loss.terms;
        const auto isKnown = [this](const runs::LossTerm& term) {
            return std::ranges::find(m_terms, term.name) != m_terms.end();
        };
        if (terms.size() != m_terms.size() || !std::ranges::all_of(terms, isKnown)) {
            removeLines();
            m_terms.clear();
        }
    }
    plot()->setTitle(tr("Loss terms"), tr("Mean over the round's clients, as weighted in Eq. 22"));
    plot()->setEmptyText(waiting(record));
}

void LossChart::append(const RunRecording& /*record*/, const RoundRecord& round, bool isBehind)
{
    for (const runs::LossTerm& term : round.loss.terms)
        put(lineOf(term), isBehind, round.round, term.weighted());
}

void LossChart::prepare(const RunRecording& behind)
{
    if (!behind.rounds.empty())
        for (const runs::LossTerm& term : behind.rounds.back().loss.terms)
            lineOf(term);
}

/// A line for each term that is met.
int LossChart::lineOf(const runs::LossTerm& term)
{
    const auto found = std::ranges::find(m_terms, term.name);
    const auto line = static_cast<int>(found - m_terms.begin());
    if (found == m_terms.end()) {
        m_terms.push_back(term.name);
        addLine(plots::specOf(report::lossLine(term, line)));
    }
    return line;
}

void LossChart::add(const RunRecording& /*record*/, const EventMessage& event)
{
    if (const QString change = weightChange(event); !change.isEmpty())
        plot()->addMark({static_cast<double>(event.round), change});
}

BudgetChart::BudgetChart(widgets::CurvePlot* plot)
    : RunChart(plot)
{
    plot->setAxes(tr("round"), u"ε"_s);
    plot->setExportName(u"budget"_s);
    for (const report::Series& line : report::budgetLines())
        addLine(plots::specOf(line));
    addLine({tr("ε as forecast, most of all clients"), tr("forecast"), 4, LineStyle::Dotted});
    finish();
}

void BudgetChart::setForecast(const std::vector<QPointF>& most)
{
    m_forecast = most;
    for (const QPointF& point : most)
        put(Forecast, false, point.x(), point.y());
}

void BudgetChart::describe(const RunRecording& record)
{
    plot()->setTitle(tr("Privacy budget spent"));
    plot()->setEmptyText(record.greeted && !hasNoise(record)
            ? tr("No noise, no guarantee:\nthis run spends no budget.")
            : waiting(record));
    if (!record.greeted)
        return;
    const runs::ForecastRecord& forecast = record.hello.forecast;
    for (const auto& [round, text] : {std::pair(forecast.firstStop, tr("first client to stop, %1")),
             std::pair(forecast.lastStop, tr("all stopped, %1"))})
        if (round > 0)
            plot()->addMark({static_cast<double>(round), tr("forecast: ") + text.arg(round)});
}

void BudgetChart::append(const RunRecording& record, const RoundRecord& round, bool isBehind)
{
    if (!round.budget)
        return;
    const BudgetRecord& budget = *round.budget;
    put(SpentMost, isBehind, round.round, budget.most);
    if (isBehind)
        put(SpentMedian, true, round.round, budget.median);
    else
        put(SpentMedian, false, round.round, budget.median, budget.least, budget.most);
    put(SpentLeast, isBehind, round.round, budget.least);
    if (isBehind || !plot()->content().references.empty())
        return;
    QString guarantee = guaranteeOf(record);
    if (const auto rigorous = rigorousSpend(record); rigorous && record.end)
        guarantee =
            tr("%1; really ε %2 (%3)").arg(guarantee, epsilonNumber(rigorous->epsilon), rigorous->guarantee);
    plot()->setReference(
        {u"limit"_s, tr("budget %1").arg(shortNumber(budget.limit)), budget.limit, 7, LineStyle::Dashed});
    plot()->setTitle(tr("Budget spent: ε, %1").arg(guarantee),
        tr("Accountant, δ and trust model of this ε. Local: the server sees each upload. Dotted: what the "
           "noise "
           "schedule will cost the client that takes part most, by draws of our own."));
}

void BudgetChart::add(const RunRecording& /*record*/, const EventMessage& event)
{
    if (event.event == EventKind::BudgetSpent)
        plot()->addMark({static_cast<double>(event.round), tr("all clients stopped, %1").arg(event.round)});
    else if (event.event == EventKind::ClientsStopped)
        plot()->addMark({static_cast<double>(event.round), {}});
}

NoiseChart::NoiseChart(widgets::CurvePlot* plot)
    : RunChart(plot)
{
    plot->setAxes(tr("round"), tr("σ, norms, ratio"));
    plot->setExportName(u"noise"_s);
    plot->setRightAxis(tr("clipped, %"), 100);
    // σ, norms and the ratio are far apart.
    plot->setLogY(true);
    addLine({tr("noise σ"), u"σ"_s, 5, LineStyle::Solid});
    addLine({tr("gradient norm, median"), tr("norm"), 0, LineStyle::Solid});
    addLine({tr("gradient norm, largest"), tr("largest"), 0, LineStyle::Dotted});
    addLine({tr("signal-to-noise"), tr("signal"), 2, LineStyle::DashDot});
    addLine({tr("clipped %"), tr("clipped"), 6, LineStyle::Dashed, true});
    finish();
}

void NoiseChart::describe(const RunRecording& record)
{
    plot()->setTitle(tr("Noise and clipping"),
        tr("σ of the noise per coordinate on what the adversary sees; length of the clients' gradients "
           "before "
           "clipping; share of them that were longer than θ; averaged upload over averaged noise"));
    plot()->setEmptyText(waiting(record));
}

void NoiseChart::append(const RunRecording& record, const RoundRecord& round, bool isBehind)
{
    // A round in which nobody sent anything is a gap, but only in lines that the run has at all.
    const bool noisy = hasNoise(record);
    const auto add = [&](int line, double value, double factor = 1) {
        if (std::isfinite(value))
            put(line, isBehind, round.round, factor * value);
        else if (round.isSilent() && line != NoiseSigma && (noisy || line != NoiseSignal))
            put(line, isBehind, round.round, std::numeric_limits<double>::quiet_NaN());
    };
    add(NoiseSigma, round.sigma);
    add(NoiseNormMedian, round.normMedian);
    add(NoiseNormMost, round.normMost);
    add(NoiseSignal, round.signalToNoise);
    add(NoiseClipped, round.clipped, 100);
}

ClientsChart::ClientsChart(widgets::CurvePlot* plot)
    : RunChart(plot)
{
    plot->setAxes(tr("round"), tr("clients"));
    plot->setExportName(u"clients"_s);
    addLine({tr("clients with budget left"), tr("active"), 5, LineStyle::Solid});
    addLine({tr("clients in the round"), tr("in the round"), 6, LineStyle::Dashed});
    finish();
}

void ClientsChart::describe(const RunRecording& record)
{
    plot()->setTitle(tr("Clients"),
        tr("A client whose budget would be exceeded stops (Algorithm 2); the others go on without it."));
    plot()->setEmptyText(waiting(record));
}

void ClientsChart::append(const RunRecording& record, const RoundRecord& round, bool isBehind)
{
    put(ClientsActive, isBehind, round.round, round.budget ? round.budget->active : record.hello.users);
    put(ClientsTaking, isBehind, round.round, round.clients);
}

void ClientsChart::add(const RunRecording& record, const EventMessage& event)
{
    if (event.event != EventKind::BudgetSpent)
        return;
    if (record.round() > 0 && event.round >= record.round())
        put(ClientsActive, false, event.round, 0);
    plot()->addMark({static_cast<double>(event.round), tr("all clients stopped, %1").arg(event.round)});
}

ReliabilityChart::ReliabilityChart(widgets::CurvePlot* plot)
    : RunChart(plot)
{
    plot->setXKind(widgets::XKind::Number);
    plot->setAxes(tr("predicted probability"), {});
    plot->setExportName(u"reliability"_s);
    addLine({tr("observed share A"), tr("A"), 0, LineStyle::Solid});
    addLine({tr("observed share B"), tr("B"), 1, LineStyle::Dashed});
    addLine({tr("calibrated"), tr("calibrated"), 7, LineStyle::Dotted});
}

void ReliabilityChart::describe(const RunRecording& record)
{
    const bool rated = record.greeted && record.hello.config().loss.label == model::Label::Rating;
    plot()->setTitle(tr("Reliability: observed share of ones"),
        rated ? tr("Labels are ratings of at least %1, of validation events")
                    .arg(QLocale().toString(record.hello.config().loss.ratingThreshold))
              : tr("Each validation click against one sampled item, drawn once"));
    plot()->setEmptyText(waiting(record));
}

void ReliabilityChart::append(const RunRecording& /*record*/, const RoundRecord& round, bool isBehind)
{
    bool any = false;
    for (int domain = 0; domain < 2; ++domain) {
        std::vector<double> expected;
        std::vector<double> observed;
        for (const auto& bin : round.evaluation[static_cast<std::size_t>(domain)].reliability) {
            expected.push_back(bin.expected);
            observed.push_back(bin.observed);
        }
        any = any || !expected.empty();
        if (!expected.empty())
            replace(domain, isBehind, std::move(expected), std::move(observed));
    }
    if (any && !isBehind)
        replace(2, false, {0, 1}, {0, 1});
}

} // namespace fedcctr::studio
