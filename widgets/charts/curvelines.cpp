// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/curvelines.h"

#include "widgets/theme.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

namespace {

constexpr std::size_t kBandPoints = 500;

Qt::PenStyle penStyle(LineStyle style)
{
    switch (style) {
    case LineStyle::Dashed:
        return Qt::DashLine;
    case LineStyle::Dotted:
        return Qt::DotLine;
    case LineStyle::DashDot:
        return Qt::DashDotLine;
    case LineStyle::Solid:
        break;
    }
    return Qt::SolidLine;
}

/// Half the width that a value between two gaps is drawn with: a line through one point alone is not seen.
double dashWidth(const std::vector<QPointF>& points, std::size_t i, double most)
{
    if (!std::isfinite(points[i].y()))
        return 0;
    const auto isGap = [&points](
                           std::size_t k) { return k >= points.size() || !std::isfinite(points[k].y()); };
    if (!isGap(i - 1) || !isGap(i + 1)) // before the first one is far behind the last one
        return 0;
    double width = most;
    if (i > 0)
        width = std::min(width, (points[i].x() - points[i - 1].x()) / 2);
    if (i + 1 < points.size())
        width = std::min(width, (points[i + 1].x() - points[i].x()) / 2);
    return width;
}

/// `dash`: half the width of a value between two gaps, in units of x.
QSharedPointer<QCPGraphDataContainer> container(const std::vector<QPointF>& points, double dash = 0)
{
    QVector<QCPGraphData> values;
    values.reserve(static_cast<qsizetype>(points.size()));
    for (std::size_t i = 0; i < points.size(); ++i) {
        const QPointF& point = points[i];
        if (const double half = dash > 0 ? dashWidth(points, i, dash) : 0; half > 0) {
            values.append(QCPGraphData(point.x() - half, point.y()));
            values.append(QCPGraphData(point.x() + half, point.y()));
        } else {
            values.append(QCPGraphData(point.x(), point.y()));
        }
    }
    auto data = QSharedPointer<QCPGraphDataContainer>::create();
    data->set(values, true);
    return data;
}

} // namespace

const ThemeColors& CurveLines::colors() const
{
    return themeColors(m_plot.palette());
}

QCPAxis* CurveLines::valueAxis(const CurveSeries& series) const
{
    return series.spec.rightAxis ? m_plot.yAxis2 : m_plot.yAxis;
}

QColor CurveLines::color(int index) const
{
    return index < 0 ? colors().muted : colors().series[index % colors().series.size()];
}

QColor CurveLines::colorOf(const SeriesSpec& spec) const
{
    return spec.background ? mixed(colors().palette.color(QPalette::Base), colors().muted, 0.6)
                           : color(spec.color);
}

QPen CurveLines::pen(const QColor& color, LineStyle style) const
{
    // Exactly 1 is drawn as a cosmetic line, which is fast; wider ones only with fast polylines (see
    // CurveCanvas::applyColors).
    return QPen(color, m_plot.bufferDevicePixelRatio() < 1.5 ? 1.0 : 1.5, penStyle(style));
}

void CurveLines::rebuild()
{
    m_lines.clear();
    for (const CurveSeries& series : m_content.series)
        m_lines.push_back(makeLine(series));
}

void CurveLines::update()
{
    for (std::size_t i = 0; i < m_lines.size(); ++i)
        updateLine(m_content.series[i], m_lines[i]);
}

CurveLines::Line CurveLines::makeLine(const CurveSeries& series)
{
    const SeriesSpec& spec = series.spec;
    const QColor color = colorOf(spec);
    Line line;
    if (series.hasBand() && spec.marker == Marker::None && !spec.background)
        addBand(series, line);
    if (m_content.smoothing > 0 && spec.connected) {
        line.raw = m_plot.addGraph(m_plot.xAxis, valueAxis(series));
        line.raw->setPen(pen(mixed(colors().palette.color(QPalette::Base), color, 0.35), LineStyle::Solid));
    }
    line.front = m_plot.addGraph(m_plot.xAxis, valueAxis(series));
    line.front->setPen(pen(color, spec.line));
    if (spec.background)
        line.front->setLayer(u"grid"_s);
    if (!spec.connected)
        line.front->setLineStyle(QCPGraph::lsNone);
    if (spec.marker != Marker::None) {
        line.front->setScatterStyle(scatterStyle(spec.marker, color));
        line.front->setAdaptiveSampling(false);
        if (series.hasBand())
            addErrorBars(series, line);
    }
    return line;
}

void CurveLines::addBand(const CurveSeries& series, Line& line)
{
    QColor fill = colorOf(series.spec);
    fill.setAlphaF(0.16F);
    line.low = m_plot.addGraph(m_plot.xAxis, valueAxis(series));
    line.high = m_plot.addGraph(m_plot.xAxis, valueAxis(series));
    for (QCPGraph* edge : {line.low, line.high}) {
        edge->setPen(Qt::NoPen);
        edge->setLayer(QLatin1String(kBandLayer));
        edge->setAntialiasedFill(false);
    }
    line.high->setBrush(fill);
    line.high->setChannelFillGraph(line.low);
}

void CurveLines::addErrorBars(const CurveSeries& series, Line& line)
{
    line.errors = new QCPErrorBars(m_plot.xAxis, valueAxis(series));
    line.errors->setDataPlottable(line.front);
    line.errors->setPen(QPen(colorOf(series.spec), 1));
    line.errors->setWhiskerWidth(m_plot.font().pointSizeF());
    line.errors->setSymbolGap(0);
}

QCPScatterStyle CurveLines::scatterStyle(Marker marker, const QColor& color) const
{
    const std::map<Marker, QCPScatterStyle::ScatterShape> shapes{{Marker::Circle, QCPScatterStyle::ssDisc},
        {Marker::Square, QCPScatterStyle::ssSquare}, {Marker::Triangle, QCPScatterStyle::ssTriangle},
        {Marker::Diamond, QCPScatterStyle::ssDiamond}, {Marker::Cross, QCPScatterStyle::ssCross}};
    const double size = QFontMetricsF(m_plot.font()).height() / 2;
    const QCPScatterStyle shape(shapes.at(marker), QPen(color, 1.5), color, size);
    if (m_markersAsShapes)
        return shape;
    const double ratio = m_plot.bufferDevicePixelRatio();
    QPixmap pixmap((QSizeF(size + 4, size + 4) * ratio).toSize());
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QCPPainter painter(&pixmap);
    painter.setAntialiasing(true);
    shape.applyTo(&painter, shape.pen());
    shape.drawShape(&painter, QPointF(size + 4, size + 4) / 2);
    return QCPScatterStyle(pixmap);
}

void CurveLines::updateLine(const CurveSeries& series, const Line& line)
{
    const QCPRange range = m_plot.xAxis->range();
    // Two points to a column of pixels say all that can be seen. On a dense screen each costs three times as
    // much and a line is three device pixels wide: half as many columns. Markers are wanted all.
    const int pixels = m_plot.axisRect()->width();
    const auto columns =
        static_cast<std::size_t>(std::max(50, m_plot.bufferDevicePixelRatio() < 1.5 ? pixels : pixels / 2));
    const std::size_t limit = series.spec.marker == Marker::None ? 2 * columns : series.x().size();
    const auto draw = [&](QCPGraph* graph, const std::vector<double>& y) {
        if (!graph)
            return;
        graph->setVisible(series.visible);
        if (!series.visible)
            return;
        const std::vector<QPointF> points =
            thinned(series.drawnX(), y, range.lower, range.upper, columns, limit);
        constexpr double kSmooth = 6;
        constexpr double kDense = 30;
        // Smooth edges cost much, and a line that goes up and down all the time has none. A denser one is an
        // area, whatever its pen; the thinnest fills it in a fraction of the time.
        const double travel = travelOf(series, points);
        graph->setAntialiased(graph == line.front && travel < kSmooth && !isDashedOnDenseScreen(series));
        QPen thin = graph->pen();
        thin.setWidthF(travel < kDense ? pen({}, LineStyle::Solid).widthF() : 1);
        graph->setPen(thin);
        constexpr double kDashPixels = 2.5;
        const bool bare = series.spec.marker == Marker::None && series.spec.connected && !m_content.logX;
        graph->setData(container(points, bare ? kDashPixels * range.size() / std::max(1, pixels) : 0));
    };
    draw(line.front, series.shown());
    draw(line.raw, series.y());
    updateBand(series, line);
    updateErrorBars(series, line);
}

/// Dashes with smooth edges take three times as long and look no better there.
bool CurveLines::isDashedOnDenseScreen(const CurveSeries& series) const
{
    return series.spec.line != LineStyle::Solid && m_plot.bufferDevicePixelRatio() >= 1.5;
}

/// How far a line goes up and down on the screen, in widths of the axes.
double CurveLines::travelOf(const CurveSeries& series, const std::vector<QPointF>& points) const
{
    const QCPAxis* axis = valueAxis(series);
    double travel = 0;
    double last = std::numeric_limits<double>::quiet_NaN();
    for (const QPointF& point : points) {
        const double pixel = axis->coordToPixel(point.y());
        if (const double step = std::abs(pixel - last); std::isfinite(step))
            travel += step;
        last = pixel;
    }
    return travel / std::max(1, m_plot.axisRect()->width());
}

void CurveLines::updateBand(const CurveSeries& series, const Line& line)
{
    const QCPRange range = m_plot.xAxis->range();
    for (QCPGraph* edge : {line.low, line.high}) {
        if (!edge)
            continue;
        edge->setVisible(series.visible);
        const std::vector<double>& values = edge == line.low ? series.low() : series.high();
        edge->setData(container(
            thinned(series.drawnBandX(), values, range.lower, range.upper, kBandPoints / 2, kBandPoints)));
    }
}

void CurveLines::updateErrorBars(const CurveSeries& series, const Line& line)
{
    if (!line.errors)
        return;
    line.errors->setVisible(series.visible);
    // All values, not only those in view: the bars go by the points' numbers.
    if (!series.drawnX().empty()) {
        const auto& x = series.drawnX();
        line.front->setData(container(thinned(x, series.shown(), x.front(), x.back(), 1, x.size())));
    }
    QVector<double> below(
        static_cast<qsizetype>(series.drawnX().size()), std::numeric_limits<double>::quiet_NaN());
    QVector<double> above = below;
    for (std::size_t i = 0; i < series.drawnBandX().size(); ++i) {
        const std::size_t at = series.bandIndex()[i];
        below[static_cast<qsizetype>(at)] = series.y()[at] - series.low()[i];
        above[static_cast<qsizetype>(at)] = series.high()[i] - series.y()[at];
    }
    line.errors->setData(below, above);
}

} // namespace fedcctr::widgets
