// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/intervalbars.h"

#include "widgets/charts/axisscale.h"
#include "widgets/theme.h"

#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

namespace {

constexpr double kSpace = PictureFrame::kSpace;
constexpr double kGroupShare = 0.8; ///< of a group's width that its bars take

QString plain(double value)
{
    return std::isfinite(value) ? QString::number(value, 'g', QLocale::FloatingPointShortest) : QString();
}

} // namespace

struct IntervalBars::Frame : PictureFrame {
    explicit Frame(PictureFrame base)
        : PictureFrame(std::move(base))
    {
    }

    QRectF area; ///< inside the axes
    QRectF key;
    AxisScale y;
    std::vector<double> ticks;
    double groupWidth = 1;
    double uprightRoom = 0; ///< for the labels; 0: they lie

    double pixelY(double value) const { return area.bottom() - y.share(value) * area.height(); }
};

void IntervalBars::setAxes(const QString& value, const QString& reference)
{
    m_valueLabel = value;
    m_referenceLabel = reference;
    canvas()->update();
}

void IntervalBars::setBars(const QList<BarSubject>& subjects, const QList<BarGroup>& groups)
{
    m_subjects = subjects;
    m_groups = groups;
    for (BarGroup& group : m_groups)
        group.bars.resize(m_subjects.size());
    forgetSelection();
    QStringList names;
    for (const BarGroup& group : m_groups)
        names.append(group.label);
    setAccessibleDescription(isEmpty() ? emptyText() : tr("bars of %1").arg(names.join(u", "_s)));
    canvas()->update();
}

bool IntervalBars::isEmpty() const
{
    return std::ranges::none_of(m_groups, [](const BarGroup& group) {
        return std::ranges::any_of(
            group.bars, [](const IntervalBar& bar) { return std::isfinite(bar.value); });
    });
}

QString IntervalBars::valueText(const IntervalBar& bar) const
{
    if (!std::isfinite(bar.value))
        return tr("not measured");
    const QLocale locale;
    QString text = locale.toString(bar.value, 'f', 2);
    if (std::isfinite(bar.low) && std::isfinite(bar.high))
        text += u" ± "_s + locale.toString((bar.high - bar.low) / 2, 'f', 2);
    return bar.help.isEmpty() ? text : u"%1 (%2)"_s.arg(text, bar.help);
}

QString IntervalBars::readOut(int group) const
{
    if (group < 0 || group >= m_groups.size())
        return {};
    const BarGroup& one = m_groups[group];
    QStringList lines{one.label};
    for (qsizetype i = 0; i < m_subjects.size(); ++i)
        lines.append(u"%1: %2"_s.arg(m_subjects[i].name, valueText(one.bars[i])));
    if (std::isfinite(one.reference))
        lines.append(u"%1: %2"_s.arg(m_referenceLabel, QLocale().toString(one.reference, 'f', 2)));
    return lines.join(u'\n');
}

ChartTable IntervalBars::table() const
{
    ChartTable table;
    table.columns = {u"run"_s, u"metric"_s, u"value"_s, u"low"_s, u"high"_s, u"interval"_s};
    for (const BarGroup& group : m_groups) {
        for (qsizetype i = 0; i < m_subjects.size(); ++i) {
            const IntervalBar& bar = group.bars[i];
            table.rows.append({m_subjects[i].name, group.label, plain(bar.value), plain(bar.low),
                plain(bar.high), bar.help});
        }
        if (std::isfinite(group.reference))
            table.rows.append({m_referenceLabel, group.label, plain(group.reference), {}, {}, {}});
    }
    return table;
}

QSize IntervalBars::sizeHint() const
{
    const int unit = fontMetrics().height();
    return {unit * 28, unit * 15};
}

QSize IntervalBars::minimumSizeHint() const
{
    const int unit = fontMetrics().height();
    return {unit * 16, unit * 9};
}

IntervalBars::Frame IntervalBars::frameFor(const QSizeF& size, bool withTitle) const
{
    constexpr double kMostOfHeight = 0.35;
    Frame frame = frameWith(size, withTitle, 0);
    double widest = 0;
    for (const BarGroup& group : m_groups)
        widest = std::max(widest, frame.advance(group.label));
    if (widest <= frame.groupWidth - 4)
        return frame;
    return frameWith(size, withTitle, std::min(widest + kSpace, kMostOfHeight * size.height()));
}

IntervalBars::Frame IntervalBars::frameWith(const QSizeF& size, bool withTitle, double uprightRoom) const
{
    Frame frame(pictureFrame(size, withTitle));
    frame.uprightRoom = uprightRoom;
    double most = 0;
    for (const BarGroup& group : m_groups)
        for (const IntervalBar& bar : group.bars)
            for (const double value : {bar.value, bar.high, group.reference})
                if (std::isfinite(value))
                    most = std::max(most, value);
    const double bottom = size.height() - kSpace - std::max(frame.line, uprightRoom) - kSpace / 2;
    const int wished = std::clamp(static_cast<int>((bottom - frame.top) / (2.5 * frame.line)), 1, 8);
    frame.y = scaleFromZero(most, wished);
    frame.ticks = frame.y.ticks(wished);
    double widest = 0;
    for (const double tick : frame.ticks)
        widest = std::max(widest, frame.advance(tickText(tick)));
    double keyWidth = frame.advance(m_referenceLabel);
    for (const BarSubject& subject : m_subjects)
        keyWidth = std::max(keyWidth, frame.advance(subject.name));
    keyWidth = std::min(keyWidth, size.width() * 0.28) + frame.line + 2 * kSpace;
    frame.key = QRectF(size.width() - keyWidth - kSpace, frame.top, keyWidth, bottom - frame.top);
    const double left = kSpace + frame.line + 2 + widest + kSpace;
    frame.area = QRectF(QPointF(left, frame.top), QPointF(frame.key.left() - 2 * kSpace, bottom));
    frame.groupWidth = frame.area.width() / static_cast<double>(std::max<qsizetype>(1, m_groups.size()));
    return frame;
}

void IntervalBars::paintContent(
    QPainter& painter, const QSizeF& size, const ThemeColors& colors, bool withTitle) const
{
    const Frame frame = frameFor(size, withTitle);
    paintAxes(painter, frame, colors);
    for (qsizetype group = 0; group < m_groups.size(); ++group)
        paintGroup(painter, frame, colors, group);
    paintKey(painter, frame, colors);
}

void IntervalBars::paintAxes(QPainter& painter, const Frame& frame, const ThemeColors& colors) const
{
    for (const double tick : frame.ticks) {
        const double y = frame.pixelY(tick);
        painter.setPen(QPen(mixed(colors.palette.color(QPalette::Base), colors.border, 0.6), 1));
        painter.drawLine(QPointF(frame.area.left(), y), QPointF(frame.area.right(), y));
        painter.setPen(colors.palette.color(QPalette::Text));
        painter.drawText(QRectF(0, y - frame.line / 2, frame.area.left() - kSpace / 2, frame.line),
            Qt::AlignRight | Qt::AlignVCenter, tickText(tick));
    }
    painter.setPen(QPen(colors.muted, 1));
    painter.drawLine(frame.area.bottomLeft(), frame.area.bottomRight());
    painter.drawLine(frame.area.bottomLeft(), frame.area.topLeft());
    painter.setPen(colors.palette.color(QPalette::Text));
    painter.save();
    painter.translate(kSpace / 2, frame.area.bottom());
    painter.rotate(-90);
    painter.drawText(QRectF(0, 0, frame.area.height(), frame.line), Qt::AlignCenter, m_valueLabel);
    painter.restore();
}

QBrush IntervalBars::brushOf(qsizetype subject, const ThemeColors& colors) const
{
    // Every second one is hatched: told apart without colour.
    const QColor color = colors.series[m_subjects[subject].color % colors.series.size()];
    return subject % 2 == 0 ? QBrush(color) : QBrush(color, Qt::BDiagPattern);
}

void IntervalBars::paintGroup(
    QPainter& painter, const Frame& frame, const ThemeColors& colors, qsizetype group) const
{
    const BarGroup& one = m_groups[group];
    const double start = frame.area.left() + static_cast<double>(group) * frame.groupWidth;
    if (group == selected())
        painter.fillRect(QRectF(start, frame.area.top(), frame.groupWidth, frame.area.height()),
            mixed(colors.palette.color(QPalette::Base), colors.palette.color(QPalette::Highlight), 0.15));
    const double width = frame.groupWidth * kGroupShare / static_cast<double>(m_subjects.size());
    for (qsizetype i = 0; i < m_subjects.size(); ++i) {
        const IntervalBar& bar = one.bars[i];
        if (!std::isfinite(bar.value))
            continue;
        const double left = start + frame.groupWidth * (1 - kGroupShare) / 2 + static_cast<double>(i) * width;
        painter.setPen(QPen(colors.series[m_subjects[i].color % colors.series.size()], 1));
        painter.setBrush(brushOf(i, colors));
        painter.drawRect(QRectF(QPointF(left + 0.5, frame.pixelY(bar.value)),
            QPointF(left + std::max(1.0, width - 1.5), frame.area.bottom())));
        if (!std::isfinite(bar.low) || !std::isfinite(bar.high))
            continue;
        const double middle = left + width / 2;
        const double cap = std::min(width / 4, 5.0);
        painter.setPen(QPen(colors.palette.color(QPalette::Text), 1.5));
        painter.drawLine(
            QPointF(middle, frame.pixelY(std::max(0.0, bar.low))), QPointF(middle, frame.pixelY(bar.high)));
        for (const double end : {std::max(0.0, bar.low), bar.high})
            painter.drawLine(
                QPointF(middle - cap, frame.pixelY(end)), QPointF(middle + cap, frame.pixelY(end)));
    }
    if (std::isfinite(one.reference)) {
        painter.setPen(QPen(colors.palette.color(QPalette::Text), 1.5, Qt::DotLine));
        painter.drawLine(QPointF(start + 2, frame.pixelY(one.reference)),
            QPointF(start + frame.groupWidth - 2, frame.pixelY(one.reference)));
    }
    paintLabel(painter, frame, colors, group);
}

void IntervalBars::paintLabel(
    QPainter& painter, const Frame& frame, const ThemeColors& colors, qsizetype group) const
{
    const double start = frame.area.left() + static_cast<double>(group) * frame.groupWidth;
    const QFontMetricsF metrics(frame.font);
    const QString& label = m_groups[group].label;
    painter.setPen(colors.palette.color(QPalette::Text));
    if (frame.uprightRoom == 0) {
        painter.drawText(QRectF(start, frame.area.bottom() + 2, frame.groupWidth, frame.line),
            Qt::AlignCenter, metrics.elidedText(label, Qt::ElideRight, frame.groupWidth - 4));
        return;
    }
    painter.save();
    painter.translate(start, frame.area.bottom() + 2 + frame.uprightRoom);
    painter.rotate(-90);
    painter.drawText(QRectF(0, 0, frame.uprightRoom - 2, frame.groupWidth), Qt::AlignRight | Qt::AlignVCenter,
        metrics.elidedText(label, Qt::ElideRight, frame.uprightRoom - 2));
    painter.restore();
}

void IntervalBars::paintKey(QPainter& painter, const Frame& frame, const ThemeColors& colors) const
{
    const QFontMetricsF metrics(frame.font);
    const double swatch = frame.line * 0.75;
    const double room = frame.key.width() - swatch - kSpace;
    double y = frame.key.top();
    const auto row = [&](const QString& text) {
        painter.setPen(colors.palette.color(QPalette::Text));
        painter.drawText(QRectF(frame.key.left() + swatch + kSpace, y, room, frame.line),
            Qt::AlignLeft | Qt::AlignVCenter, metrics.elidedText(text, Qt::ElideMiddle, room));
        y += frame.line + 2;
    };
    for (qsizetype i = 0; i < m_subjects.size(); ++i) {
        // The rest is in the read-out.
        if (y + 3 * frame.line > frame.key.bottom() && i + 1 < m_subjects.size()) {
            row(tr("… %1 more").arg(m_subjects.size() - i));
            break;
        }
        painter.setPen(QPen(colors.series[m_subjects[i].color % colors.series.size()], 1));
        painter.setBrush(brushOf(i, colors));
        painter.drawRect(QRectF(frame.key.left(), y + (frame.line - swatch) / 2, swatch, swatch));
        row(m_subjects[i].name);
    }
    painter.setPen(QPen(colors.palette.color(QPalette::Text), 1.5, Qt::DotLine));
    painter.drawLine(QPointF(frame.key.left(), y + frame.line / 2),
        QPointF(frame.key.left() + swatch, y + frame.line / 2));
    row(m_referenceLabel);
}

int IntervalBars::placeCount() const
{
    return static_cast<int>(m_groups.size());
}

QRectF IntervalBars::placesArea(const QSizeF& size) const
{
    return frameFor(size, false).area;
}

} // namespace fedcctr::widgets
