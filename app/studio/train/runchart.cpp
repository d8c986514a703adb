// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/train/runchart.h"

#include <QCoreApplication>
#include <QDir>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

// Quantities other than the round that can be the x axis.
const QString kTime = u"time"_s;
const QString kEpsilon = u"epsilon"_s;

} // namespace

void RunChart::addLine(const widgets::SeriesSpec& spec)
{
    m_series.push_back(m_plot->addSeries(spec));
    m_lines.push_back(spec);
}

void RunChart::finish()
{
    m_plot->addAxisChoice(
        kTime, QCoreApplication::translate("RunChart", "training time"), widgets::XKind::Duration);
    m_plot->addAxisChoice(kEpsilon, QCoreApplication::translate("RunChart", "ε spent"));
}

void RunChart::removeLines()
{
    m_plot->removeAllSeries();
    m_lines.clear();
    m_series.clear();
    m_twins.clear();
}

widgets::SeriesSpec RunChart::twinOf(int line) const
{
    const auto series = static_cast<std::size_t>(m_series[static_cast<std::size_t>(line)]);
    widgets::SeriesSpec twin = m_plot->content().series[series].spec;
    twin.background = true;
    twin.label = u"(%1)"_s.arg(twin.label.isEmpty() ? twin.name : twin.label);
    twin.name = u"%1, %2"_s.arg(twin.name, m_behind);
    return twin;
}

int RunChart::seriesOf(int line, bool isBehind)
{
    // Of lines that came after the twins.
    while (isBehind && static_cast<int>(m_twins.size()) <= line)
        m_twins.push_back(m_plot->addSeries(twinOf(static_cast<int>(m_twins.size()))));
    return (isBehind ? m_twins : m_series)[static_cast<std::size_t>(line)];
}

void RunChart::put(int line, bool isBehind, double x, double y)
{
    m_plot->append(seriesOf(line, isBehind), x, y);
}

void RunChart::put(int line, bool isBehind, double x, double y, double low, double high)
{
    m_plot->append(seriesOf(line, isBehind), x, y, low, high);
}

void RunChart::replace(int line, bool isBehind, std::vector<double> x, std::vector<double> y)
{
    m_plot->setSeries(seriesOf(line, isBehind), std::move(x), std::move(y));
}

void RunChart::take(const RunRecording& record, const RoundRecord& round, bool isBehind)
{
    append(record, round, isBehind);
    const double elapsed = record.elapsed(round);
    for (int line = 0; line < static_cast<int>(m_lines.size()); ++line) {
        const int series = seriesOf(line, isBehind);
        m_plot->noteAlternativeX(series, kTime, round.round, elapsed);
        if (round.budget)
            m_plot->noteAlternativeX(series, kEpsilon, round.round, round.budget->most);
    }
}

void RunChart::show(const RunRecording& record, const RunRecording* behind)
{
    if (!m_twins.empty() && !behind) {
        const std::vector<widgets::SeriesSpec> lines = m_lines;
        removeLines();
        for (const widgets::SeriesSpec& line : lines)
            addLine(line);
    }
    m_plot->clear();
    describe(record);
    for (const ReferenceMessage& reference : record.references)
        add(reference);
    for (const RoundRecord& round : record.rounds)
        take(record, round, false);
    for (const EventMessage& event : record.events)
        add(record, event);
    if (behind)
        setBehind(record, behind);
}

void RunChart::setBehind(const RunRecording& record, const RunRecording* behind)
{
    if (!behind) {
        if (!m_twins.empty())
            show(record, nullptr);
        return;
    }
    m_behind = QDir(behind->run).dirName();
    prepare(*behind);
    for (int line = 0; line < static_cast<int>(m_lines.size()); ++line) {
        const widgets::SeriesSpec twin = twinOf(line);
        const int series = seriesOf(line, true);
        m_plot->setSeries(series, {}, {});
        m_plot->renameSeries(series, twin.name, twin.label);
    }
    for (const RoundRecord& round : behind->rounds)
        take(*behind, round, true);
}

} // namespace fedcctr::studio
