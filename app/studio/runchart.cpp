// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runchart.h"

#include <QDir>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

void RunChart::addLine(const widgets::SeriesSpec& spec)
{
    m_plot->addSeries(spec);
    m_lines.push_back(spec);
}

void RunChart::addTwins()
{
    for (const widgets::SeriesSpec& line : m_lines) {
        widgets::SeriesSpec twin = line;
        twin.color = -1;
        m_plot->setSeriesVisible(m_plot->addSeries(twin), false);
    }
}

void RunChart::show(const RunRecording& record, const RunRecording* behind)
{
    m_plot->clear();
    describe(record);
    for (const ReferenceMessage& reference : record.references)
        add(reference);
    appendBehind(behind);
    for (const RoundMessage& round : record.rounds)
        append(record, round, 0);
    for (const EventMessage& event : record.events)
        add(record, event);
}

void RunChart::setBehind(const RunRecording& record, const RunRecording* behind)
{
    // A line's values can only be added to: with one behind already, all is drawn anew.
    if (m_hasBehind)
        show(record, behind);
    else
        appendBehind(behind);
}

void RunChart::appendBehind(const RunRecording* behind)
{
    const auto lines = static_cast<int>(m_lines.size());
    m_hasBehind = behind != nullptr;
    if (behind) {
        const QString name = QDir(behind->run).dirName();
        for (int i = 0; i < lines; ++i) {
            const widgets::SeriesSpec& line = m_lines[static_cast<std::size_t>(i)];
            m_plot->renameSeries(
                lines + i, u"%1, %2"_s.arg(line.name, name), u"(%1)"_s.arg(line.label.isEmpty() ? line.name : line.label));
        }
        for (const RoundMessage& round : behind->rounds)
            append(*behind, round, lines);
    }
    for (int i = 0; i < lines; ++i)
        m_plot->setSeriesVisible(
            lines + i, !m_plot->content().series[static_cast<std::size_t>(lines + i)].isEmpty());
}

} // namespace fedcctr::studio
