// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/train/marketcharts.h"

#include "app/studio/train/qualitychart.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using widgets::LineStyle;

namespace {

constexpr int kMean = 0;
constexpr int kColors = 7;

QString tr(const char* text)
{
    return QCoreApplication::translate("MarketCharts", text);
}

struct Figure {
    const char* key;
    const char* name;
    LineStyle style;
    int color;
    bool isShare; ///< on the right axis
};

constexpr std::array<Figure, 6> kFigures{{
    {"items.reconstruction", QT_TRANSLATE_NOOP("MarketCharts", "error, items"), LineStyle::Solid, 0, false},
    {"users.reconstruction", QT_TRANSLATE_NOOP("MarketCharts", "error, users"), LineStyle::Dashed, 0, false},
    {"items.first.utilisation", QT_TRANSLATE_NOOP("MarketCharts", "used 1st, items"), LineStyle::Solid, 1,
        true},
    {"users.first.utilisation", QT_TRANSLATE_NOOP("MarketCharts", "used 1st, users"), LineStyle::Dashed, 1,
        true},
    {"items.second.utilisation", QT_TRANSLATE_NOOP("MarketCharts", "used 2nd, items"), LineStyle::Solid, 2,
        true},
    {"users.second.utilisation", QT_TRANSLATE_NOOP("MarketCharts", "used 2nd, users"), LineStyle::Dashed, 2,
        true},
}};

/// Mean over the markets that have the figure; NaN where none has.
double meanOf(const RoundRecord& round, const char* figure)
{
    double sum = 0;
    int count = 0;
    for (const runs::MarketRound& market : round.markets)
        if (const double value = market.at(figure); std::isfinite(value)) {
            sum += value;
            ++count;
        }
    return count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
}

} // namespace

MarketsChart::MarketsChart(widgets::CurvePlot* plot)
    : RunChart(plot)
{
    plot->setAxes(tr("exchange"), u"%"_s);
    plot->setExportName(u"markets"_s);
    addLine({tr("mean over markets"), tr("mean"), kColors, LineStyle::Solid});
    finish();
}

void MarketsChart::describe(const RunRecording& record)
{
    plot()->setTitle(tr("Markets: %1 (%)").arg(qualityName(m_metric)),
        tr("Validation targets of each market, and their mean as the solid line"));
    plot()->setEmptyText(record.greeted ? tr("The first point comes with the first exchange of models.")
                                        : tr("Nothing is running."));
}

void MarketsChart::prepare(const RunRecording& behind)
{
    if (!behind.rounds.empty())
        for (const runs::MarketRound& market : behind.rounds.back().markets)
            lineOf(market.name);
}

/// A line for each market that is met.
int MarketsChart::lineOf(const std::string& market)
{
    const auto found = std::ranges::find(m_markets, market);
    const auto place = static_cast<int>(found - m_markets.begin());
    if (found == m_markets.end()) {
        m_markets.push_back(market);
        const QString name = QString::fromStdString(market);
        addLine({name, name, place % kColors, place < kColors ? LineStyle::Dashed : LineStyle::Dotted});
    }
    return place + 1;
}

void MarketsChart::append(const RunRecording& /*record*/, const RoundRecord& round, bool isBehind)
{
    const std::string metric = m_metric.toStdString();
    if (const double value = 100 * round.evaluation[0].at(metric);
        !round.markets.empty() && std::isfinite(value))
        put(kMean, isBehind, round.round, value);
    for (const runs::MarketRound& market : round.markets)
        if (const double value = 100 * market.at(metric); std::isfinite(value))
            put(lineOf(market.name), isBehind, round.round, value);
}

CodebookChart::CodebookChart(widgets::CurvePlot* plot)
    : RunChart(plot)
{
    plot->setAxes(tr("exchange"), tr("error"));
    plot->setExportName(u"codebooks"_s);
    plot->setRightAxis(tr("codes in use, %"), 100);
    for (const Figure& figure : kFigures)
        addLine({tr(figure.name), tr(figure.name), figure.color, figure.style, figure.isShare});
    finish();
}

void CodebookChart::describe(const RunRecording& /*record*/)
{
    plot()->setTitle(tr("Codebooks"),
        tr("Mean squared error of what the codes give back, of vectors of mean norm 1; share of the codes of "
           "each "
           "layer that anything has. Means over the markets"));
    plot()->setEmptyText(tr("Only FedMM (market.method) makes codes."));
}

void CodebookChart::append(const RunRecording& /*record*/, const RoundRecord& round, bool isBehind)
{
    for (std::size_t i = 0; i < kFigures.size(); ++i)
        if (const double value = meanOf(round, kFigures[i].key); std::isfinite(value))
            put(static_cast<int>(i), isBehind, round.round, kFigures[i].isShare ? 100 * value : value);
}

} // namespace fedcctr::studio
