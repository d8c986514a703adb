// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/histogram.h"

#include "widgets/theme.h"

#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <map>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

namespace {

constexpr double kSpace = PictureFrame::kSpace;
constexpr double kBarShare = 0.8; ///< of a bin's width

QString number(double value)
{
    return QString::number(value, 'g', QLocale::FloatingPointShortest);
}

QString shown(double value)
{
    return value == std::floor(value) ? QLocale().toString(std::llround(value))
                                      : QLocale().toString(value, 'g', 4);
}

QColor colorOf(qsizetype series, const ThemeColors& colors)
{
    return colors.series[series % colors.series.size()];
}

/// The first series solid, the second hatched: told apart without colour.
QBrush brushOf(qsizetype series, const ThemeColors& colors)
{
    const QColor color = colorOf(series, colors);
    return series == 0 ? QBrush(color) : QBrush(color, Qt::BDiagPattern);
}

void paintMarker(QPainter& painter, const QPointF& center, qsizetype series, double radius)
{
    if (series == 0)
        painter.drawEllipse(center, radius, radius);
    else
        painter.drawRect(QRectF(center - QPointF(radius, radius), QSizeF(2 * radius, 2 * radius)));
}

} // namespace

struct Histogram::Frame : PictureFrame {
    explicit Frame(PictureFrame base)
        : PictureFrame(std::move(base))
    {
    }

    QRectF key;
    QRectF area; ///< inside the axes
    AxisScale x;
    AxisScale y;
    std::vector<double> xTicks; ///< of points; bars have labels
    std::vector<double> yTicks;

    double pixelX(double value) const { return area.left() + x.share(value) * area.width(); }
    double pixelY(double value) const { return area.bottom() - y.share(value) * area.height(); }
};

void Histogram::setAxes(const QString& x, const QString& y)
{
    m_xLabel = x;
    m_yLabel = y;
    contentChanged();
}

void Histogram::setBars(const QStringList& labels, const QList<HistogramSeries>& series)
{
    m_labels = labels;
    m_bars = series;
    m_points.clear();
    contentChanged();
}

void Histogram::setLogLogPoints(const QList<HistogramPoints>& series)
{
    m_points = series;
    for (HistogramPoints& one : m_points)
        one.points.removeIf([](const QPointF& point) { return !(point.x() > 0 && point.y() > 0); });
    m_labels.clear();
    m_bars.clear();
    contentChanged();
}

void Histogram::contentChanged()
{
    forgetSelection();
    setAccessibleDescription(isEmpty()
            ? emptyText()
            : tr("%1 against %2, %3").arg(m_yLabel, m_xLabel, seriesNames().join(u", "_s)));
    canvas()->update();
}

bool Histogram::isEmpty() const
{
    return (m_labels.isEmpty() || m_bars.isEmpty())
        && std::ranges::all_of(m_points, [](const HistogramPoints& one) { return one.points.isEmpty(); });
}

QStringList Histogram::seriesNames() const
{
    QStringList names;
    for (const HistogramSeries& series : m_bars)
        names.append(series.name);
    for (const HistogramPoints& series : m_points)
        names.append(series.name);
    return names;
}

QString Histogram::readOut(int bin) const
{
    if (bin < 0 || bin >= m_labels.size())
        return {};
    QStringList parts;
    for (const HistogramSeries& series : m_bars)
        if (bin < series.values.size())
            parts.append(m_bars.size() > 1 ? u"%1 %2"_s.arg(series.name, shown(series.values[bin]))
                                           : shown(series.values[bin]));
    return u"%1: %2"_s.arg(m_labels[bin], parts.join(u", "_s));
}

ChartTable Histogram::table() const
{
    ChartTable table;
    table.columns.append(m_xLabel.isEmpty() ? u"bin"_s : m_xLabel);
    table.columns.append(seriesNames());
    for (qsizetype bin = 0; bin < m_labels.size(); ++bin) {
        QStringList row{m_labels[bin]};
        for (const HistogramSeries& series : m_bars)
            row.append(bin < series.values.size() ? number(series.values[bin]) : QString());
        table.rows.append(row);
    }
    std::map<double, QStringList> rows;
    for (qsizetype i = 0; i < m_points.size(); ++i) {
        for (const QPointF& point : m_points[i].points) {
            QStringList& row = rows.try_emplace(point.x(), m_points.size(), QString()).first->second;
            row[i] = number(point.y());
        }
    }
    for (const auto& [x, row] : rows)
        table.rows.append(QStringList{number(x)} + row);
    return table;
}

QSize Histogram::sizeHint() const
{
    const int unit = fontMetrics().height();
    return {unit * 22, unit * 14};
}

QSize Histogram::minimumSizeHint() const
{
    const int unit = fontMetrics().height();
    return {unit * 13, unit * 9};
}

Histogram::Frame Histogram::frameFor(const QSizeF& size, bool withTitle) const
{
    Frame frame(pictureFrame(size, withTitle));
    double most = 0;
    for (const HistogramSeries& series : m_bars)
        for (const double value : series.values)
            most = std::max(most, value);
    double left = std::numeric_limits<double>::infinity();
    double right = 0;
    double low = left;
    for (const HistogramPoints& series : m_points) {
        for (const QPointF& point : series.points) {
            left = std::min(left, point.x());
            right = std::max(right, point.x());
            low = std::min(low, point.y());
            most = std::max(most, point.y());
        }
    }
    double top = frame.top;
    if (seriesNames().size() > 1) {
        frame.key = QRectF(kSpace, top, size.width() - 2 * kSpace, frame.line);
        top += frame.line + kSpace;
    }
    const double bottom =
        size.height() - kSpace - (m_xLabel.isEmpty() ? 0 : frame.line) - frame.line - kSpace;
    const int wished = std::clamp(static_cast<int>((bottom - top) / (2.5 * frame.line)), 1, 8);
    frame.y = m_points.isEmpty() ? scaleFromZero(most, wished) : powersAround(std::min(low, most), most);
    frame.yTicks = frame.y.ticks(wished);
    double widest = 0;
    for (const double tick : frame.yTicks)
        widest = std::max(widest, frame.advance(tickText(tick)));
    const double start = kSpace + (m_yLabel.isEmpty() ? 0 : frame.line + 2) + widest + kSpace;
    frame.area = QRectF(QPointF(start, top), QPointF(size.width() - 2 * kSpace, bottom));
    if (right > 0) {
        frame.x = powersAround(left, right);
        frame.xTicks = frame.x.ticks(std::max(1, static_cast<int>(frame.area.width() / (5 * frame.line))));
    } else {
        frame.x = {0, static_cast<double>(std::max<qsizetype>(1, m_labels.size())), false};
    }
    return frame;
}

void Histogram::paintContent(
    QPainter& painter, const QSizeF& size, const ThemeColors& colors, bool withTitle) const
{
    const Frame frame = frameFor(size, withTitle);
    paintAxes(painter, frame, colors);
    paintBars(painter, frame, colors);
    paintPoints(painter, frame, colors);
    paintKey(painter, frame, colors);
}

void Histogram::paintAxes(QPainter& painter, const Frame& frame, const ThemeColors& colors) const
{
    painter.setPen(QPen(mixed(colors.palette.color(QPalette::Base), colors.border, 0.6), 1));
    for (const double tick : frame.yTicks)
        painter.drawLine(
            QPointF(frame.area.left(), frame.pixelY(tick)), QPointF(frame.area.right(), frame.pixelY(tick)));
    for (const double tick : frame.xTicks)
        painter.drawLine(
            QPointF(frame.pixelX(tick), frame.area.top()), QPointF(frame.pixelX(tick), frame.area.bottom()));
    painter.setPen(QPen(colors.muted, 1));
    painter.drawLine(frame.area.bottomLeft(), frame.area.bottomRight());
    painter.drawLine(frame.area.bottomLeft(), frame.area.topLeft());
    painter.setPen(colors.palette.color(QPalette::Text));
    paintTickLabels(painter, frame);
    paintBinLabels(painter, frame);
    painter.drawText(QRectF(frame.area.left(), frame.area.bottom() + frame.line + kSpace / 2,
                         frame.area.width(), frame.line),
        Qt::AlignCenter, m_xLabel);
    painter.save();
    painter.translate(kSpace, frame.area.bottom());
    painter.rotate(-90);
    const QFontMetricsF metrics(frame.font);
    painter.drawText(QRectF(0, 0, frame.area.height(), frame.line), Qt::AlignCenter,
        metrics.elidedText(m_yLabel, Qt::ElideRight, frame.area.height()));
    painter.restore();
}

void Histogram::paintTickLabels(QPainter& painter, const Frame& frame) const
{
    for (const double tick : frame.yTicks)
        painter.drawText(
            QRectF(0, frame.pixelY(tick) - frame.line / 2, frame.area.left() - kSpace / 2, frame.line),
            Qt::AlignRight | Qt::AlignVCenter, tickText(tick));
    for (const double tick : frame.xTicks) {
        // The last one must not leave the picture.
        const double width = frame.advance(tickText(tick));
        const double start =
            std::min(frame.pixelX(tick) - width / 2, frame.area.right() + 2 * kSpace - width - 1);
        painter.drawText(
            QRectF(start, frame.area.bottom() + 2, width + 1, frame.line), Qt::AlignLeft, tickText(tick));
    }
}

void Histogram::paintBinLabels(QPainter& painter, const Frame& frame) const
{
    double widest = 0;
    for (const QString& label : m_labels)
        widest = std::max(widest, frame.advance(label));
    const double binWidth = frame.area.width() / static_cast<double>(std::max<qsizetype>(1, m_labels.size()));
    const auto every =
        std::max<qsizetype>(1, static_cast<qsizetype>(std::ceil((widest + kSpace) / binWidth)));
    const double room = static_cast<double>(every) * binWidth;
    const QFontMetricsF metrics(frame.font);
    for (qsizetype bin = 0; bin < m_labels.size(); bin += every) {
        const QString text = metrics.elidedText(m_labels[bin], Qt::ElideRight, frame.area.width());
        const double width = frame.advance(text);
        const double center = frame.area.left() + (static_cast<double>(bin) + 0.5) * binWidth;
        const double start = std::clamp(center - std::min(width, room) / 2, 0.0,
            std::max(0.0, frame.area.right() + 2 * kSpace - width - 1));
        painter.drawText(QRectF(start, frame.area.bottom() + 2, width + 1, frame.line), Qt::AlignLeft, text);
    }
}

void Histogram::paintBars(QPainter& painter, const Frame& frame, const ThemeColors& colors) const
{
    if (m_labels.isEmpty())
        return;
    const double binWidth = frame.area.width() / static_cast<double>(m_labels.size());
    if (selected() >= 0)
        painter.fillRect(QRectF(frame.area.left() + selected() * binWidth, frame.area.top(), binWidth,
                             frame.area.height()),
            mixed(colors.palette.color(QPalette::Base), colors.palette.color(QPalette::Highlight), 0.2));
    const double barWidth = binWidth * kBarShare / static_cast<double>(m_bars.size());
    for (qsizetype i = 0; i < m_bars.size(); ++i) {
        painter.setPen(QPen(colorOf(i, colors), 1));
        painter.setBrush(brushOf(i, colors));
        for (qsizetype bin = 0; bin < std::min(m_labels.size(), m_bars[i].values.size()); ++bin) {
            const double value = m_bars[i].values[bin];
            if (!(value > 0))
                continue;
            const double start = frame.area.left()
                + (static_cast<double>(bin) + (1 - kBarShare) / 2) * binWidth
                + static_cast<double>(i) * barWidth;
            // At least a line: a bin with one user is not an empty bin.
            const double top = std::min(frame.pixelY(value), frame.area.bottom() - 1);
            painter.drawRect(QRectF(
                QPointF(start, top), QPointF(start + std::max(1.0, barWidth - 1), frame.area.bottom())));
        }
    }
}

void Histogram::paintPoints(QPainter& painter, const Frame& frame, const ThemeColors& colors) const
{
    const double radius = frame.line / 6;
    for (qsizetype i = 0; i < m_points.size(); ++i) {
        painter.setPen(QPen(colorOf(i, colors), 1));
        painter.setBrush(i == 0 ? QBrush(colorOf(i, colors)) : QBrush(Qt::NoBrush));
        QPointF last(-10, -10);
        for (const QPointF& point : m_points[i].points) {
            const QPointF pixel(frame.pixelX(point.x()), frame.pixelY(point.y()));
            // Thousands of items share a pixel at the thin end.
            if (std::abs(pixel.x() - last.x()) + std::abs(pixel.y() - last.y()) < 0.5)
                continue;
            paintMarker(painter, pixel, i, radius);
            last = pixel;
        }
    }
}

void Histogram::paintKey(QPainter& painter, const Frame& frame, const ThemeColors& colors) const
{
    const QStringList names = seriesNames();
    if (frame.key.isEmpty())
        return;
    const QFontMetricsF metrics(frame.font);
    const double swatch = frame.line * 0.8;
    const double share = frame.key.width() / static_cast<double>(names.size());
    double end = frame.key.right();
    for (qsizetype i = names.size() - 1; i >= 0; --i) {
        const QString text = metrics.elidedText(names[i], Qt::ElideRight, share - swatch - 3 * kSpace);
        const double width = frame.advance(text);
        painter.setPen(colors.palette.color(QPalette::Text));
        painter.drawText(QRectF(end - width - 1, frame.key.top(), width + 1, frame.line),
            Qt::AlignLeft | Qt::AlignVCenter, text);
        const QRectF box(end - width - kSpace - swatch, frame.key.center().y() - swatch / 2, swatch, swatch);
        painter.setPen(QPen(colorOf(i, colors), 1));
        painter.setBrush(m_points.isEmpty() || i == 0 ? brushOf(i, colors) : QBrush(Qt::NoBrush));
        if (m_points.isEmpty())
            painter.drawRect(box);
        else
            paintMarker(painter, box.center(), i, swatch / 3);
        end = box.left() - 2 * kSpace;
    }
}

int Histogram::placeCount() const
{
    return static_cast<int>(m_labels.size());
}

QRectF Histogram::placesArea(const QSizeF& size) const
{
    return frameFor(size, false).area;
}

void Histogram::activate(int bin)
{
    Q_EMIT binActivated(bin);
}

} // namespace fedcctr::widgets
