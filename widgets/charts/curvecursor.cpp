// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/curvecursor.h"

#include "widgets/charts/curvecanvas.h"
#include "widgets/charts/curvereadout.h"
#include "widgets/theme.h"

#include <QToolTip>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

namespace {

constexpr double kMarkReach = 6; ///< pixels from an event mark within which the read-out names it

} // namespace

CurveCursor::CurveCursor(const CurveContent& content, CurveCanvas* canvas)
    : QObject(canvas)
    , m_content(content)
    , m_canvas(canvas)
{
    connect(canvas, &CurveCanvas::hovered, this, &CurveCursor::hover);
    connect(canvas, &CurveCanvas::hoverEnded, this, &CurveCursor::leave);
}

void CurveCursor::leave()
{
    m_canvas->hideCrossHair();
    QToolTip::hideText();
    Q_EMIT hoverEnded();
}

QString CurveCursor::marksHtml(double x) const
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

void CurveCursor::hover(double x, const QPointF& position)
{
    const QString html = readOutHtml(
        m_content, themeColors(m_canvas->palette()), x, [&](const CurveSeries& series, double value) {
            const QCPAxis* axis = series.spec.rightAxis ? m_canvas->yAxis2 : m_canvas->yAxis;
            return std::abs(axis->coordToPixel(value) - position.y());
        });
    if (html.isEmpty())
        return;
    m_canvas->showCrossHair(x, position.y());
    QToolTip::showText(m_canvas->mapToGlobal(position.toPoint()), html + marksHtml(x), m_canvas);
    Q_EMIT hovered(x);
}

void CurveCursor::step(int direction)
{
    const auto longest = std::ranges::find_if(
        m_content.series, [](const CurveSeries& series) { return series.visible && !series.isEmpty(); });
    if (longest == m_content.series.end())
        return;
    const auto count = static_cast<std::ptrdiff_t>(longest->drawnX().size());
    if (count == 0)
        return;
    const std::ptrdiff_t at = m_x ? nearestIndex(*longest, *m_x) + direction : count - 1;
    const auto index = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(at, 0, count - 1));
    m_x = longest->drawnX()[index];
    const QPointF position(
        m_canvas->xAxis->coordToPixel(*m_x), m_canvas->yAxis->coordToPixel(longest->shown()[index]));
    hover(*m_x, position);
}

} // namespace fedcctr::widgets
