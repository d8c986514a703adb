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
    m_plot->addSeries(spec);
    m_lines.push_back(spec);
}

void RunChart::finish()
{
    m_plot->addAxisChoice(
        kTime, QCoreApplication::translate("RunChart", "training time"), widgets::XKind::Duration);
    m_plot->addAxisChoice(kEpsilon, QCoreApplication::translate("RunChart", "ε spent"));
}

void RunChart::take(const RunRecording& record, const RoundMessage& round, int offset)
{
    append(record, round, offset);
    for (int i = 0; i < static_cast<int>(m_lines.size()); ++i) {
        m_plot->noteAlternativeX(offset + i, kTime, round.round, round.elapsed);
        if (round.budget)
            m_plot->noteAlternativeX(offset + i, kEpsilon, round.round, round.budget->most);
    }
}

void RunChart::show(const RunRecording& record, const RunRecording* behind)
{
    if (m_hasTwins && !behind) {
        m_plot->removeAllSeries();
        for (const widgets::SeriesSpec& line : m_lines)
            m_plot->addSeries(line);
        m_hasTwins = false;
    }
    m_plot->clear();
    describe(record);
    for (const ReferenceMessage& reference : record.references)
        add(reference);
    for (const RoundMessage& round : record.rounds)
        take(record, round, 0);
    for (const EventMessage& event : record.events)
        add(record, event);
    if (behind)
        setBehind(record, behind);
}

void RunChart::setBehind(const RunRecording& record, const RunRecording* behind)
{
    if (!behind) {
        if (m_hasTwins)
            show(record, nullptr);
        return;
    }
    const auto lines = static_cast<int>(m_lines.size());
    for (int i = 0; i < lines; ++i) {
        widgets::SeriesSpec twin = m_plot->content().series[static_cast<std::size_t>(i)].spec;
        twin.background = true;
        twin.label = u"(%1)"_s.arg(twin.label.isEmpty() ? twin.name : twin.label);
        twin.name = u"%1, %2"_s.arg(twin.name, QDir(behind->run).dirName());
        if (!m_hasTwins) {
            m_plot->addSeries(twin);
            continue;
        }
        m_plot->setSeries(lines + i, {}, {});
        m_plot->renameSeries(lines + i, twin.name, twin.label);
    }
    m_hasTwins = true;
    for (const RoundMessage& round : behind->rounds)
        take(*behind, round, lines);
}

} // namespace fedcctr::studio
