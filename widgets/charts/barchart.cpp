// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/barchart.h"

#include "widgets/theme.h"

#include <QEvent>
#include <QFontInfo>
#include <QLocale>
#include <QPainter>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

namespace {

constexpr int kGap = 6;

QBrush brushOf(bool after, const ThemeColors& colors)
{
    return after ? QBrush(colors.series[0]) : QBrush(colors.series[1], Qt::BDiagPattern);
}

QString numbersOf(const Bar& bar)
{
    const QLocale locale;
    return u"%1 → %2"_s.arg(locale.toString(bar.before), locale.toString(bar.after));
}

void paintBar(QPainter& painter, const QRectF& rect, bool after, const ThemeColors& colors)
{
    painter.setPen(QPen(after ? colors.series[0] : colors.series[1], 1));
    painter.setBrush(brushOf(after, colors));
    painter.drawRect(rect);
}

int rowHeight(const QFontMetrics& metrics)
{
    return metrics.height() + 5;
}

/// A line for the key, then one for each bar.
int naturalHeight(const QFontMetrics& metrics, qsizetype bars)
{
    return static_cast<int>(std::max<qsizetype>(bars, 2) + 1) * rowHeight(metrics) + kGap;
}

} // namespace

BarChart::BarChart(const QString& name, QWidget* parent)
    : Chart(name, parent)
    , m_canvas(new QWidget(this))
{
    m_canvas->setObjectName(name + u"_canvas"_s);
    setAccessibleName(tr("bar chart"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Minimum);
    setBody(m_canvas);
    describe();
}

void BarChart::setBars(const QString& title, const QList<Bar>& bars)
{
    setTitle(title);
    m_bars = bars;
    describe();
}

void BarChart::setEmptyText(const QString& text)
{
    m_emptyText = text;
    describe();
}

void BarChart::describe()
{
    QStringList parts;
    for (const Bar& bar : m_bars)
        parts.append(tr("%1: before %2, after %3").arg(bar.word).arg(bar.before).arg(bar.after));
    setAccessibleName(tr("%1, bar chart").arg(title()));
    setAccessibleDescription(parts.join(u"; "_s));
    m_canvas->setToolTip(parts.isEmpty() ? m_emptyText : parts.join(u'\n'));
    m_canvas->setMinimumSize(
        fontMetrics().averageCharWidth() * 24, naturalHeight(fontMetrics(), m_bars.size()));
    m_canvas->update();
}

ChartTable BarChart::table() const
{
    ChartTable table{{u"word"_s, u"before"_s, u"after"_s}, {}};
    for (const Bar& bar : m_bars)
        table.rows.append({bar.word, QString::number(bar.before), QString::number(bar.after)});
    return table;
}

void BarChart::paintKey(QPainter& painter, int top, const ThemeColors& colors) const
{
    const QFontMetrics metrics(painter.font());
    const int height = rowHeight(metrics);
    int x = kGap;
    for (const bool after : {false, true}) {
        const QString text = after ? tr("after") : tr("before");
        paintBar(painter, QRectF(x + 0.5, top + height / 2.0 - 4, 14, 8), after, colors);
        painter.setPen(colors.palette.color(QPalette::Text));
        x += 14 + kGap;
        const int width = metrics.horizontalAdvance(text);
        painter.drawText(QRect(x, top, width, height), Qt::AlignVCenter, text);
        x += width + 2 * kGap;
    }
}

void BarChart::paintRow(
    QPainter& painter, const Bar& bar, const QRect& row, qint64 most, const ThemeColors& colors) const
{
    const QFontMetrics metrics(painter.font());
    int words = 0;
    int numbers = 0;
    for (const Bar& other : m_bars) {
        words = std::max(words, metrics.horizontalAdvance(other.word));
        numbers = std::max(numbers, metrics.horizontalAdvance(numbersOf(other)));
    }
    words = std::min(words, row.width() * 2 / 5);
    painter.setPen(colors.palette.color(QPalette::Text));
    painter.drawText(QRect(row.left() + kGap, row.top(), words, row.height()),
        Qt::AlignVCenter | Qt::AlignRight, metrics.elidedText(bar.word, Qt::ElideRight, words));
    const int left = row.left() + words + 2 * kGap;
    const int room = std::max(8, row.right() - left - numbers - 2 * kGap);
    const double half = (row.height() - 4) / 2.0;
    for (const bool after : {false, true}) {
        const double share = static_cast<double>(after ? bar.after : bar.before)
            / static_cast<double>(std::max<qint64>(1, most));
        if (share > 0 && !bar.onlyNumbers)
            paintBar(painter,
                QRectF(left + 0.5, row.top() + 2 + (after ? half : 0), std::max(1.0, share * room), half - 1),
                after, colors);
    }
    painter.setPen(colors.palette.color(QPalette::Text));
    painter.drawText(QRect(left + room + kGap, row.top(), numbers + kGap, row.height()),
        Qt::AlignVCenter | Qt::AlignRight, numbersOf(bar));
}

void BarChart::paintPicture(
    QPainter& painter, const QSizeF& size, const ThemeColors& colors, bool withTitle) const
{
    QFont pixels = font();
    // Vector devices have another number of dots per inch.
    pixels.setPixelSize(QFontInfo(font()).pixelSize());
    const QFontMetrics metrics(pixels);
    const int height = rowHeight(metrics);
    painter.fillRect(QRectF(QPointF(), size), colors.palette.color(QPalette::Base));
    painter.setFont(pixels);
    if (m_bars.isEmpty()) {
        painter.setPen(colors.muted);
        painter.drawText(QRectF(QPointF(), size).adjusted(kGap, kGap, -kGap, -kGap),
            Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    // A picture too low for all bars shows all of them smaller.
    const double wanted = naturalHeight(metrics, m_bars.size()) + (withTitle ? height : 0);
    const double scale = std::min(1.0, size.height() / wanted);
    painter.scale(scale, scale);
    const int width = static_cast<int>(size.width() / scale);
    int top = 0;
    if (withTitle) {
        QFont bold = pixels;
        bold.setBold(true);
        painter.setFont(bold);
        painter.setPen(colors.palette.color(QPalette::Text));
        painter.drawText(QRect(kGap, 0, width - 2 * kGap, height), Qt::AlignVCenter, title());
        painter.setFont(pixels);
        top += height;
    }
    paintKey(painter, top, colors);
    qint64 most = 1;
    for (const Bar& bar : m_bars)
        if (!bar.onlyNumbers)
            most = std::max({most, bar.before, bar.after});
    QRect row(0, top + height, width, height);
    for (const Bar& bar : m_bars) {
        paintRow(painter, bar, row, most, colors);
        row.translate(0, height);
    }
}

bool BarChart::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_canvas && event->type() == QEvent::Paint) {
        QPainter painter(m_canvas);
        paintPicture(painter, m_canvas->size(), themeColors(palette()), false);
        return true;
    }
    return Chart::eventFilter(watched, event);
}

void BarChart::changeEvent(QEvent* event)
{
    Chart::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        describe();
}

} // namespace fedcctr::widgets
