// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/barchart.h"

#include "widgets/theme.h"

#include <QEvent>
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

} // namespace

BarChart::BarChart(const QString& name, QWidget* parent)
    : QWidget(parent)
{
    setObjectName(name);
    setFocusPolicy(Qt::TabFocus);
    setAccessibleName(tr("bar chart"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Minimum);
}

void BarChart::setBars(const QString& title, const QList<Bar>& bars)
{
    m_title = title;
    m_bars = bars;
    describe();
    updateGeometry();
    update();
}

void BarChart::setEmptyText(const QString& text)
{
    m_emptyText = text;
    if (m_bars.isEmpty())
        setToolTip(text);
    update();
}

void BarChart::describe()
{
    QStringList parts;
    for (const Bar& bar : m_bars)
        parts.append(tr("%1: before %2, after %3").arg(bar.word).arg(bar.before).arg(bar.after));
    setAccessibleName(tr("%1, bar chart").arg(m_title));
    setAccessibleDescription(parts.join(u"; "_s));
    setToolTip(parts.isEmpty() ? m_emptyText : m_title + u'\n' + parts.join(u'\n'));
}

int BarChart::rowHeight() const
{
    return fontMetrics().height() + 5;
}

int BarChart::wordsWidth() const
{
    int width = 0;
    for (const Bar& bar : m_bars)
        width = std::max(width, fontMetrics().horizontalAdvance(bar.word));
    return std::min(width, this->width() * 2 / 5);
}

int BarChart::numbersWidth() const
{
    int width = 0;
    for (const Bar& bar : m_bars)
        width = std::max(width, fontMetrics().horizontalAdvance(numbersOf(bar)));
    return width;
}

QSize BarChart::sizeHint() const
{
    return {fontMetrics().averageCharWidth() * 50, minimumSizeHint().height()};
}

QSize BarChart::minimumSizeHint() const
{
    const int rows = static_cast<int>(std::max<qsizetype>(m_bars.size(), 2)) + 1;
    return {fontMetrics().averageCharWidth() * 24, rows * rowHeight() + kGap};
}

void BarChart::paintKey(QPainter& painter) const
{
    const ThemeColors& colors = themeColors(palette());
    const int height = rowHeight();
    int x = kGap;
    for (const bool after : {false, true}) {
        const QString text = after ? tr("after") : tr("before");
        paintBar(painter, QRectF(x + 0.5, height / 2.0 - 4, 14, 8), after, colors);
        painter.setPen(palette().color(QPalette::Text));
        x += 14 + kGap;
        const int width = fontMetrics().horizontalAdvance(text);
        painter.drawText(QRect(x, 0, width, height), Qt::AlignVCenter, text);
        x += width + 2 * kGap;
    }
}

void BarChart::paintRow(QPainter& painter, const Bar& bar, const QRect& row, qint64 most) const
{
    const ThemeColors& colors = themeColors(palette());
    const int words = wordsWidth();
    painter.setPen(palette().color(QPalette::Text));
    painter.drawText(QRect(row.left() + kGap, row.top(), words, row.height()),
        Qt::AlignVCenter | Qt::AlignRight, fontMetrics().elidedText(bar.word, Qt::ElideRight, words));
    const int numbers = numbersWidth();
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
    painter.setPen(palette().color(QPalette::Text));
    painter.drawText(QRect(left + room + kGap, row.top(), numbers + kGap, row.height()),
        Qt::AlignVCenter | Qt::AlignRight, numbersOf(bar));
}

void BarChart::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), palette().color(QPalette::Base));
    if (m_bars.isEmpty()) {
        painter.setPen(themeColors(palette()).muted);
        painter.drawText(
            rect().adjusted(kGap, kGap, -kGap, -kGap), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
    } else {
        paintKey(painter);
        qint64 most = 1;
        for (const Bar& bar : m_bars)
            if (!bar.onlyNumbers)
                most = std::max({most, bar.before, bar.after});
        QRect row(0, rowHeight(), width(), rowHeight());
        for (const Bar& bar : m_bars) {
            paintRow(painter, bar, row, most);
            row.translate(0, rowHeight());
        }
    }
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(palette().color(QPalette::Highlight));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void BarChart::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        update();
}

} // namespace fedcctr::widgets
