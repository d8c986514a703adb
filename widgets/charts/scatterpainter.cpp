// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/scatterpainter.h"

#include <QFontMetricsF>
#include <QLocale>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

namespace {

constexpr float kFaint = 0.22F;
constexpr int kValueSteps = 32; ///< distinct stamps of a value scale

MarkerShape shapeOf(const ScatterContent& content, std::size_t point)
{
    return content.shapes.empty() ? MarkerShape::Circle : content.shapes[point];
}

QPixmap stamp(MarkerShape shape, const QColor& color, double radius, double scale)
{
    const int side = static_cast<int>(std::ceil((2 * radius + 3) * scale));
    QPixmap pixmap(side, side);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(scale, scale);
    paintMarker(painter, shape, QPointF(side, side) / (2 * scale), radius, color);
    painter.end();
    pixmap.setDevicePixelRatio(scale);
    return pixmap;
}

} // namespace

QColor categoryColor(int category, const ThemeColors& colors)
{
    return category < 0 ? colors.muted : colors.series[category % colors.series.size()];
}

QColor valueColor(double share)
{
    if (!std::isfinite(share))
        return QColor(128, 128, 128);
    // Viridis without its darkest part, which a dark window would swallow.
    static constexpr std::array<std::array<int, 3>, 6> kStops{
        {{72, 60, 140}, {49, 104, 142}, {33, 145, 140}, {53, 183, 121}, {144, 205, 60}, {235, 215, 30}}};
    const double place = std::clamp(share, 0.0, 1.0) * (kStops.size() - 1);
    const auto left = std::min(static_cast<std::size_t>(place), kStops.size() - 2);
    const double part = place - static_cast<double>(left);
    const auto channel = [&](std::size_t c) {
        return static_cast<int>(std::lround((1 - part) * kStops[left][c] + part * kStops[left + 1][c]));
    };
    return {channel(0), channel(1), channel(2)};
}

void paintMarker(
    QPainter& painter, MarkerShape shape, const QPointF& place, double radius, const QColor& color)
{
    QColor edge = color.darker(150);
    edge.setAlpha(color.alpha());
    painter.setPen(QPen(edge, 0.8));
    painter.setBrush(color);
    switch (shape) {
    case MarkerShape::Circle:
        painter.drawEllipse(place, radius, radius);
        break;
    case MarkerShape::Square: {
        const double half = radius * 0.88;
        painter.drawRect(QRectF(place.x() - half, place.y() - half, 2 * half, 2 * half));
        break;
    }
    case MarkerShape::Triangle: {
        const double reach = radius * 1.2;
        painter.drawPolygon(QPolygonF{place + QPointF(0, -reach), place + QPointF(reach, reach * 0.8),
            place + QPointF(-reach, reach * 0.8)});
        break;
    }
    }
}

ScatterPainter::ScatterPainter(const ScatterContent& content, const ThemeColors& colors)
    : m_content(content)
    , m_colors(colors)
    , m_least(std::numeric_limits<double>::infinity())
    , m_most(-std::numeric_limits<double>::infinity())
{
    for (const double value : content.values)
        if (std::isfinite(value)) {
            m_least = std::min(m_least, value);
            m_most = std::max(m_most, value);
        }
}

QColor ScatterPainter::colorOf(std::size_t point) const
{
    if (!m_content.categories.empty())
        return categoryColor(m_content.categories[point], m_colors);
    if (m_content.values.empty())
        return categoryColor(0, m_colors);
    const double range = m_most - m_least;
    const double share = range > 0 ? (m_content.values[point] - m_least) / range : 0.5;
    return valueColor(std::round(share * kValueSteps) / kValueSteps);
}

void ScatterPainter::paintPoints(QPainter& painter, const QTransform& toPixels, const QSet<int>& selected,
    double radius, bool stamps) const
{
    const double scale = stamps ? painter.device()->devicePixelRatioF() : 1;
    QHash<quint64, QPixmap> made;
    const auto one = [&](std::size_t i, bool faint) {
        QColor color = colorOf(i);
        if (faint)
            color.setAlphaF(kFaint);
        const MarkerShape shape = shapeOf(m_content, i);
        const QPointF place = toPixels.map(m_content.positions[i]);
        if (!stamps) {
            paintMarker(painter, shape, place, radius, color);
            return;
        }
        const quint64 key = (static_cast<quint64>(color.rgba()) << 2) | static_cast<quint64>(shape);
        auto found = made.constFind(key);
        if (found == made.constEnd())
            found = made.insert(key, stamp(shape, color, radius, scale));
        const QSizeF size = found->deviceIndependentSize();
        painter.drawPixmap(place - QPointF(size.width() / 2, size.height() / 2), *found);
    };
    const int count = static_cast<int>(m_content.positions.size());
    for (int i = 0; i < count; ++i)
        if (!selected.contains(i))
            one(static_cast<std::size_t>(i), !selected.isEmpty());
    for (int i = 0; i < count; ++i)
        if (selected.contains(i))
            one(static_cast<std::size_t>(i), false);
}

std::vector<ScatterPainter::Entry> ScatterPainter::keyEntries() const
{
    std::vector<Entry> entries;
    for (int s = 0; s < m_content.shapeNames.size(); ++s)
        entries.push_back({static_cast<MarkerShape>(s),
            m_content.coloursAreShapes ? categoryColor(s, m_colors) : m_colors.muted,
            m_content.shapeNames[s]});
    if (!m_content.coloursAreShapes)
        for (int c = 0; c < m_content.categoryNames.size(); ++c)
            entries.push_back({MarkerShape::Circle, categoryColor(c, m_colors), m_content.categoryNames[c]});
    return entries;
}

double ScatterPainter::paintKey(QPainter* painter, const QFont& font, double width) const
{
    const QFontMetricsF metrics(font);
    const double line = metrics.height() + 4;
    const double marker = metrics.height() * 0.34;
    const double gap = metrics.averageCharWidth();
    double x = gap;
    double y = 0;
    const auto place = [&](double needed) {
        if (x > gap && x + needed > width) {
            x = gap;
            y += line;
        }
    };
    const auto text = [&](const QString& what, const QColor& color) {
        const QString shown = metrics.elidedText(what, Qt::ElideRight, std::max(gap, width - x - gap));
        if (painter) {
            painter->setPen(color);
            painter->drawText(
                QRectF(x, y, metrics.horizontalAdvance(shown) + 2, line), Qt::AlignVCenter, shown);
        }
        x += metrics.horizontalAdvance(shown) + 2 * gap;
    };
    const QColor ink = m_colors.palette.color(QPalette::Text);
    if (painter)
        painter->setFont(font);
    for (const Entry& entry : keyEntries()) {
        place(2 * marker + 3 * gap + metrics.horizontalAdvance(entry.text));
        if (painter)
            paintMarker(*painter, entry.shape, {x + marker, y + line / 2}, marker, entry.color);
        x += 2 * marker + gap;
        text(entry.text, ink);
    }
    if (m_content.categories.empty() && !m_content.values.empty() && m_least <= m_most) {
        const QLocale locale;
        const QString left = locale.toString(m_least, 'g', 4);
        const QString right = locale.toString(m_most, 'g', 4);
        const double bar = 8 * gap;
        place(bar + 6 * gap + metrics.horizontalAdvance(m_content.colorName + left + right));
        text(m_content.colorName + u':', m_colors.muted);
        text(left, ink);
        x -= gap;
        if (painter)
            for (int i = 0; i < kValueSteps; ++i)
                painter->fillRect(
                    QRectF(x + bar * i / kValueSteps, y + line * 0.25, bar / kValueSteps + 0.5, line / 2),
                    valueColor((i + 0.5) / kValueSteps));
        x += bar + gap;
        text(right, ink);
    }
    return x > gap || y > 0 ? y + line : 0;
}

} // namespace fedcctr::widgets
