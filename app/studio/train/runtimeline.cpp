// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/train/runtimeline.h"

#include "widgets/theme.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr int kMostLines = 8; ///< of a tool tip

enum class Shape { None, Tick, Diamond, Square, Cross };

Shape shapeOf(const EventMessage& event)
{
    if (event.event == EventKind::Checkpoint)
        return Shape::Tick;
    if (event.event == EventKind::Setting)
        return Shape::Diamond;
    if (event.event == EventKind::ClientsStopped)
        return Shape::Square;
    if (event.event == EventKind::BudgetSpent)
        return Shape::Cross;
    return Shape::None;
}

void draw(QPainter& painter, Shape shape, const QPointF& center, double size)
{
    const double half = size / 2;
    switch (shape) {
    case Shape::Tick:
        painter.drawLine(center + QPointF(0, -half), center + QPointF(0, half));
        break;
    case Shape::Diamond:
        painter.drawPolygon(QPolygonF{center + QPointF(0, -half), center + QPointF(half, 0),
            center + QPointF(0, half), center + QPointF(-half, 0)});
        break;
    case Shape::Square:
        painter.drawRect(QRectF(center.x() - 0.7 * half, center.y() - 0.7 * half, 1.4 * half, 1.4 * half));
        break;
    case Shape::Cross:
        painter.drawLine(center + QPointF(-half, -half), center + QPointF(half, half));
        painter.drawLine(center + QPointF(-half, half), center + QPointF(half, -half));
        break;
    case Shape::None:
        break;
    }
}

} // namespace

RunTimeline::RunTimeline(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(u"run_timeline"_s);
    setAccessibleName(tr("Time line of the run"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void RunTimeline::show(const RunRecording& record)
{
    m_events = record.events;
    m_planned = record.hello.rounds;
    m_round = record.round();
    describe();
    update();
}

void RunTimeline::add(const EventMessage& event)
{
    m_events.push_back(event);
    describe();
    update();
}

void RunTimeline::setRound(int round)
{
    if (round == m_round)
        return;
    m_round = round;
    update();
}

void RunTimeline::describe()
{
    const auto count = [this](Shape shape) {
        return static_cast<int>(std::ranges::count_if(
            m_events, [shape](const EventMessage& event) { return shapeOf(event) == shape; }));
    };
    setAccessibleDescription(tr("%1 checkpoints, %2 changed settings, clients stopped %3 times")
                                 .arg(count(Shape::Tick))
                                 .arg(count(Shape::Diamond))
                                 .arg(count(Shape::Square)));
}

double RunTimeline::xOf(int round) const
{
    const double margin = sizeHint().height() / 2.0;
    return margin + (width() - 2 * margin) * round / std::max(1, m_planned);
}

QStringList RunTimeline::eventsAt(int x) const
{
    QStringList lines;
    for (const EventMessage& event : m_events) {
        if (shapeOf(event) == Shape::None || std::abs(xOf(event.round) - x) > sizeHint().height() / 2.0)
            continue;
        if (lines.size() == kMostLines) {
            lines.append(u"…"_s);
            break;
        }
        lines.append(tr("round %1: %2").arg(event.round).arg(QString::fromStdString(event.message)));
    }
    return lines;
}

bool RunTimeline::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const QStringList lines = eventsAt(help->pos().x());
    QToolTip::showText(help->globalPos(),
        lines.isEmpty()
            ? tr("Rounds of the run. Tick: checkpoint; diamond: changed setting; square: clients whose "
                 "budget is spent; cross: everybody's is spent.")
            : lines.join(u'\n'),
        this);
    return true;
}

void RunTimeline::paintEvent(QPaintEvent* /*event*/)
{
    if (m_planned <= 0)
        return;
    const widgets::ThemeColors& colors = widgets::themeColors(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double middle = height() / 2.0;
    const double size = 0.8 * height();
    painter.fillRect(QRectF(xOf(0), middle - 1.5, xOf(m_planned) - xOf(0), 3), colors.border);
    painter.fillRect(QRectF(xOf(0), middle - 1.5, xOf(m_round) - xOf(0), 3), colors.series[0]);
    for (const EventMessage& event : m_events) {
        const Shape shape = shapeOf(event);
        const QColor color = shape == Shape::Tick ? colors.muted
            : shape == Shape::Diamond             ? colors.info
                                                  : colors.warning;
        painter.setPen(QPen(color, 1.4));
        painter.setBrush(shape == Shape::Diamond ? QBrush(color) : QBrush(Qt::NoBrush));
        draw(painter, shape, QPointF(xOf(event.round), middle), size);
    }
}

QSize RunTimeline::sizeHint() const
{
    return {fontMetrics().averageCharWidth() * 40, fontMetrics().height() * 4 / 5};
}

QSize RunTimeline::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 10, sizeHint().height()};
}

} // namespace fedcctr::studio
