// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/lab/gradientchart.h"

#include "app/studio/common/picturepane.h"
#include "app/studio/lab/labknobs.h"
#include "core/base/random.h"
#include "widgets/theme.h"

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using widgets::ThemeColors;

namespace {

constexpr std::uint64_t kDotStream = 0x1ab0;
constexpr double kMargin = 10;

} // namespace

/// Where a row of dots stands, and what the axis shows.
struct GradientChart::Frame {
    QRectF row;
    double reach = 1; ///< the axis goes from -reach to reach
    const ThemeColors& colors;

    double x(double value) const { return row.left() + (value / reach + 1) / 2 * row.width(); }
};

GradientChart::GradientChart(const QString& name, QWidget* parent)
    : Chart(name, parent)
{
    m_pane = new PicturePane(
        name + u"_pane"_s,
        [this](QPainter& painter, const QSizeF& size) {
            paintPicture(painter, size, widgets::themeColors(palette()), false);
        },
        this);
    setBody(m_pane);
    draw();
}

void GradientChart::draw()
{
    Random random(static_cast<std::uint64_t>(m_view.draw), {kDotStream});
    m_normals.clear();
    m_heights.clear();
    for (int i = 0; i < kDraws; ++i) {
        m_normals.push_back(random.normal());
        m_heights.push_back(random.uniform());
    }
}

void GradientChart::setView(const View& view)
{
    const bool again = view.draw != m_view.draw;
    m_view = view;
    if (again)
        draw();
    setAccessibleDescription(tr("clipped value %1, noise on the mean of %2 clients %3, signal-to-noise %4")
                                 .arg(labNumber(clipped()), QString::number(m_view.averaged),
                                     labNumber(meanNoise()), labNumber(clipped() / meanNoise())));
    m_pane->update();
}

double GradientChart::clipped() const
{
    return std::min(kRaw, m_view.clipNorm);
}

double GradientChart::meanNoise() const
{
    // Locally every upload has its own noise; behind an aggregator the sum has it once.
    const double count = m_view.averaged;
    return uploadSeen() ? m_view.sigma / std::sqrt(count) : m_view.sigma / count;
}

std::vector<double> GradientChart::meanDraws() const
{
    std::vector<double> draws;
    for (const double normal : m_normals)
        draws.push_back(clipped() + meanNoise() * normal);
    return draws;
}

/// So wide that one upload fits; K then visibly shrinks the other row.
double GradientChart::reach() const
{
    return std::max({kRaw, 1.2 * m_view.clipNorm, clipped() + 3 * m_view.sigma});
}

void GradientChart::paintPicture(
    QPainter& painter, const QSizeF& size, const ThemeColors& colors, bool withTitle) const
{
    painter.setFont(pictureFont(font()));
    const double line = QFontMetricsF(painter.font()).height();
    double top = 2;
    painter.setPen(colors.palette.color(QPalette::Text));
    if (withTitle) {
        painter.drawText(QPointF(kMargin, top + line), title());
        top += 1.4 * line;
    }
    const double axis = 1.6 * line;
    const double height = (size.height() - top - axis) / 2;
    Frame frame{QRectF(kMargin, top, size.width() - 2 * kMargin, height), reach(), colors};
    paintRow(painter, frame, uploadNoise(),
        uploadSeen() ? tr("one upload, as the server sees it")
                     : tr("one upload: hidden in the sum, nobody sees it alone"),
        uploadSeen());
    frame.row.moveTop(top + height);
    paintRow(painter, frame, meanNoise(),
        tr("mean of K = %1 clients, as the training sees it").arg(m_view.averaged), true);
    paintAxis(painter, frame, frame.row.bottom());
}

void GradientChart::paintRow(
    QPainter& painter, const Frame& frame, double noise, const QString& text, bool seen) const
{
    const double line = QFontMetricsF(painter.font()).height();
    const QColor ink = seen ? frame.colors.palette.color(QPalette::Text) : frame.colors.muted;
    painter.setPen(ink);
    const QRectF room = frame.row.adjusted(0, 0, 0, -2);
    const QString ratio = seen
        ? tr("noise %1, signal-to-noise %2").arg(labNumber(noise), labNumber(clipped() / noise))
        : QString();
    const QFontMetricsF metrics(painter.font());
    const double ratioWidth = metrics.horizontalAdvance(ratio);
    painter.drawText(QPointF(room.right() - ratioWidth, room.top() + metrics.ascent()), ratio);
    painter.drawText(QPointF(room.left(), room.top() + metrics.ascent()),
        metrics.elidedText(text, Qt::ElideRight, room.width() - ratioWidth - kMargin));
    const QRectF dots = room.adjusted(0, line + 2, 0, -2);
    if (seen && dots.height() > 2) {
        QColor color = frame.colors.series.at(0);
        painter.save();
        painter.setClipRect(room);
        painter.setPen(Qt::NoPen);
        color.setAlphaF(0.65F);
        painter.setBrush(color);
        for (std::size_t i = 0; i < m_normals.size(); ++i)
            painter.drawEllipse(
                QPointF(frame.x(clipped() + noise * m_normals[i]), dots.top() + m_heights[i] * dots.height()),
                2.2, 2.2);
        painter.restore();
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(frame.colors.series.at(1), 2));
    painter.drawLine(QPointF(frame.x(clipped()), dots.top()), QPointF(frame.x(clipped()), dots.bottom()));
    painter.setPen(QPen(frame.colors.muted, 1, Qt::DashLine));
    if (kRaw > m_view.clipNorm)
        painter.drawLine(QPointF(frame.x(kRaw), dots.top()), QPointF(frame.x(kRaw), dots.bottom()));
}

void GradientChart::paintAxis(QPainter& painter, const Frame& frame, double bottom) const
{
    const QFontMetricsF metrics(painter.font());
    painter.setPen(QPen(frame.colors.border, 1));
    painter.drawLine(QPointF(frame.row.left(), bottom), QPointF(frame.row.right(), bottom));
    const auto mark = [&](double value, const QString& text, const QColor& color) {
        painter.setPen(color);
        painter.drawLine(QPointF(frame.x(value), bottom), QPointF(frame.x(value), bottom + 3));
        const double width = metrics.horizontalAdvance(text);
        const double left =
            std::clamp(frame.x(value) - width / 2, frame.row.left(), frame.row.right() - width);
        painter.drawText(QPointF(left, bottom + 3 + metrics.ascent()), text);
    };
    mark(-frame.reach, labNumber(-frame.reach), frame.colors.muted);
    mark(frame.reach, labNumber(frame.reach), frame.colors.muted);
    const QString value = kRaw > m_view.clipNorm
        ? tr("%1 clipped to θ = %2").arg(labNumber(kRaw), labNumber(clipped()))
        : tr("value %1, not clipped").arg(labNumber(kRaw));
    mark(clipped(), value, frame.colors.series.at(1));
}

widgets::ChartTable GradientChart::table() const
{
    widgets::ChartTable table{{tr("draw"), tr("one upload"), tr("mean of %1").arg(m_view.averaged)}, {}};
    for (std::size_t i = 0; i < m_normals.size(); ++i)
        table.rows.append({QString::number(i + 1),
            uploadSeen() ? QString::number(clipped() + uploadNoise() * m_normals[i], 'g', 8) : QString(),
            QString::number(clipped() + meanNoise() * m_normals[i], 'g', 8)});
    return table;
}

QSize GradientChart::minimumSizeHint() const
{
    const int em = fontMetrics().height();
    return {em * 20, em * 12};
}

} // namespace fedcctr::studio
