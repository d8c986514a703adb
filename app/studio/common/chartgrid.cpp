// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/common/chartgrid.h"

#include <QJsonArray>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

/// Charts that are shown whatever is optional.
constexpr qsizetype kAlways = 4;

} // namespace

ChartGrid::ChartGrid(const QList<QWidget*>& charts, QWidget* parent)
    : QWidget(parent)
    , m_charts(charts)
{
    setObjectName(u"chart_grid"_s);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    arrange();
}

QSplitter* ChartGrid::makeSplitter(Qt::Orientation orientation, const QList<QWidget*>& parts)
{
    auto* splitter = new QSplitter(orientation);
    splitter->setObjectName(u"splitter_charts_%1"_s.arg(m_splitters.size()));
    splitter->setChildrenCollapsible(false);
    for (QWidget* part : parts)
        splitter->addWidget(part);
    // Equal shares, whatever the charts would like to have.
    splitter->setSizes(QList<int>(parts.size(), 10000));
    connect(splitter, &QSplitter::splitterMoved, this, &ChartGrid::changed);
    m_splitters.append(splitter);
    return splitter;
}

QList<QWidget*> ChartGrid::shownCharts() const
{
    QList<QWidget*> shown;
    for (qsizetype i = 0; i < m_charts.size(); ++i)
        if (!m_absent.contains(static_cast<int>(i)))
            shown.append(m_charts[i]);
    if (!m_optional)
        shown.resize(std::min<qsizetype>(kAlways, shown.size()));
    return shown;
}

void ChartGrid::arrange()
{
    // Away from the old splitters, which go.
    for (QWidget* chart : m_charts) {
        chart->setParent(this);
        chart->hide();
    }
    delete m_content;
    m_splitters.clear();
    QList<QWidget*> shown = shownCharts();
    const auto index = std::max<qsizetype>(0, shown.indexOf(m_charts[m_main]));
    switch (m_mode) {
    case Mode::TwoByTwo: {
        QList<QWidget*> left{shown[0], shown[2]};
        QList<QWidget*> right{shown[1], shown[3]};
        for (qsizetype i = kAlways; i < shown.size(); ++i)
            (i % 2 == 0 ? right : left).append(shown[i]);
        m_content = makeSplitter(
            Qt::Horizontal, {makeSplitter(Qt::Vertical, left), makeSplitter(Qt::Vertical, right)});
        break;
    }
    case Mode::OneBig: {
        QWidget* big = shown.takeAt(index);
        QSplitter* both = makeSplitter(Qt::Horizontal, {big, makeSplitter(Qt::Vertical, shown)});
        both->setSizes({20000, 10000});
        shown.append(big);
        m_content = both;
        break;
    }
    case Mode::Single:
        shown = {shown[index]};
        m_content = makeSplitter(Qt::Horizontal, shown);
        break;
    }
    layout()->addWidget(m_content);
    for (QWidget* chart : shown)
        chart->show();
    m_content->show();
    updateGeometry();
}

void ChartGrid::setMode(Mode mode)
{
    if (mode == m_mode)
        return;
    m_mode = mode;
    arrange();
    Q_EMIT changed();
}

void ChartGrid::setMain(int chart)
{
    if (chart == m_main || chart < 0 || chart >= m_charts.size())
        return;
    m_main = chart;
    arrange();
    Q_EMIT changed();
}

void ChartGrid::setShowsOptional(bool on)
{
    if (on == m_optional)
        return;
    m_optional = on;
    arrange();
    Q_EMIT changed();
}

void ChartGrid::setAbsent(const QList<int>& charts)
{
    if (charts == m_absent)
        return;
    m_absent = charts;
    arrange();
}

void ChartGrid::reset()
{
    m_mode = Mode::TwoByTwo;
    m_main = 0;
    m_optional = false;
    arrange();
    Q_EMIT changed();
}

QJsonObject ChartGrid::state() const
{
    QJsonArray splitters;
    for (const QSplitter* splitter : m_splitters)
        splitters.append(QString::fromLatin1(splitter->saveState().toBase64()));
    return {{u"mode"_s, static_cast<int>(m_mode)}, {u"main"_s, m_main}, {u"optional"_s, m_optional},
        {u"splitters"_s, splitters}};
}

void ChartGrid::restore(const QJsonObject& state)
{
    m_mode = static_cast<Mode>(std::clamp(state["mode"_L1].toInt(), 0, 2));
    m_main = std::clamp(state["main"_L1].toInt(), 0, static_cast<int>(m_charts.size()) - 1);
    m_optional = state["optional"_L1].toBool();
    arrange();
    const QJsonArray splitters = state["splitters"_L1].toArray();
    if (splitters.size() != m_splitters.size())
        return;
    for (qsizetype i = 0; i < splitters.size(); ++i)
        m_splitters[i]->restoreState(QByteArray::fromBase64(splitters[i].toString().toLatin1()));
}

QSize ChartGrid::minimumSizeHint() const
{
    return QWidget::minimumSizeHint();
}

} // namespace fedcctr::studio
