// SPDX-License-Identifier: GPL-3.0-or-later
// CurvePlot's read-outs, pointer and keys.
#include "widgets/charts/curvecanvas.h"
#include "widgets/charts/curveplot.h"
#include "widgets/charts/curvereadout.h"
#include "widgets/charts/redrawclock.h"
#include "widgets/theme.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QToolTip>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

namespace {

constexpr double kMarkReach = 6; ///< pixels from an event mark within which the read-out names it

} // namespace

void CurvePlot::connectCanvas()
{
    connect(m_clock, &RedrawClock::tick, this, &CurvePlot::drawNow);
    connect(m_canvas, &CurveCanvas::viewChangedByUser, this, [this] {
        setFollow(false);
        // What was thinned for the old view has too few points for the new one.
        valuesChanged();
    });
    connect(m_canvas, &CurveCanvas::hovered, this, &CurvePlot::hover);
    connect(m_canvas, &CurveCanvas::hoverEnded, this, [this] {
        m_canvas->hideCrossHair();
        QToolTip::hideText();
        Q_EMIT hoverEnded();
    });
    connect(m_canvas, &CurveCanvas::labelClicked, this, [this](int series) {
        setSeriesVisible(series, !seriesAt(series).visible);
        Q_EMIT seriesVisibleChanged(series, seriesAt(series).visible);
    });
    connect(m_canvas, &CurveCanvas::labelDoubleClicked, this, &CurvePlot::isolateSeries);
    connect(m_canvas, &QCustomPlot::mousePress, this, [this] { setFocus(Qt::MouseFocusReason); });
    connect(m_canvas, &CurveCanvas::fitWished, this, &CurvePlot::fit);
    connect(m_canvas, &CurveCanvas::moreLabelsClicked, this, [this](const QPoint& position) {
        fillLinesMenu();
        m_lines->popup(position);
    });
}

QStringList CurvePlot::readOut(double x) const
{
    return readOutLines(m_content, x);
}

QString CurvePlot::marksHtml(double x) const
{
    QString html;
    for (const EventMark& mark : m_content.marks) {
        const std::optional<double> at = m_content.drawnX(mark.x);
        if (at
            && std::abs(m_canvas->xAxis->coordToPixel(*at) - m_canvas->xAxis->coordToPixel(x)) < kMarkReach)
            html += u"<br>%1"_s.arg(mark.label.toHtmlEscaped());
    }
    return html;
}

void CurvePlot::showCrossHair(double x)
{
    if (isVisible())
        m_canvas->showCrossHair(x, std::nullopt);
}

void CurvePlot::hideCrossHair()
{
    m_canvas->hideCrossHair();
}

void CurvePlot::hover(double x, const QPointF& position)
{
    const QString html =
        readOutHtml(m_content, themeColors(palette()), x, [&](const CurveSeries& series, double value) {
            const QCPAxis* axis = series.spec.rightAxis ? m_canvas->yAxis2 : m_canvas->yAxis;
            return std::abs(axis->coordToPixel(value) - position.y());
        });
    if (html.isEmpty())
        return;
    m_canvas->showCrossHair(x, position.y());
    QToolTip::showText(m_canvas->mapToGlobal(position.toPoint()), html + marksHtml(x), m_canvas);
    Q_EMIT hovered(x);
}

void CurvePlot::stepCursor(int direction)
{
    const auto longest = std::ranges::find_if(
        m_content.series, [](const CurveSeries& series) { return series.visible && !series.isEmpty(); });
    if (longest == m_content.series.end())
        return;
    const auto count = static_cast<std::ptrdiff_t>(longest->drawnX().size());
    if (count == 0)
        return;
    const std::ptrdiff_t at = m_cursor ? nearestIndex(*longest, *m_cursor) + direction : count - 1;
    const auto index = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(at, 0, count - 1));
    m_cursor = longest->drawnX()[index];
    const QPointF position(
        m_canvas->xAxis->coordToPixel(*m_cursor), m_canvas->yAxis->coordToPixel(longest->shown()[index]));
    hover(*m_cursor, position);
}

bool CurvePlot::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_canvas && event->type() == QEvent::ContextMenu) {
        const auto* menuEvent = static_cast<QContextMenuEvent*>(event);
        if (const int series = m_canvas->seriesAt(menuEvent->pos()); series >= 0) {
            showSeriesMenu(series, menuEvent->globalPos());
            return true;
        }
    }
    return Chart::eventFilter(watched, event);
}

void CurvePlot::keyPressEvent(QKeyEvent* event)
{
    constexpr double kStep = 0.1;
    const QPointF middle = QRectF(m_canvas->axisRect()->rect()).center();
    switch (event->key()) {
    case Qt::Key_Left:
        return m_canvas->pan(-kStep, 0);
    case Qt::Key_Right:
        return m_canvas->pan(kStep, 0);
    case Qt::Key_Up:
        return m_canvas->pan(0, kStep);
    case Qt::Key_Down:
        return m_canvas->pan(0, -kStep);
    case Qt::Key_Plus:
        return m_canvas->zoom(0.8, middle);
    case Qt::Key_Minus:
        return m_canvas->zoom(1.25, middle);
    case Qt::Key_Escape:
        if (m_follow)
            break;
        return setFollow(true);
    case Qt::Key_BracketLeft:
        return stepCursor(-1);
    case Qt::Key_BracketRight:
        return stepCursor(1);
    default:
        break;
    }
    Chart::keyPressEvent(event);
}

} // namespace fedcctr::widgets
