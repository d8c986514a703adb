// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/paintedchart.h"

#include "widgets/theme.h"

#include <QFontInfo>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

double PictureFrame::advance(const QString& text) const
{
    return QFontMetricsF(font).horizontalAdvance(text);
}

PaintedChart::PaintedChart(const QString& name, QWidget* parent)
    : Chart(name, parent)
    , m_canvas(new QWidget(this))
{
    m_canvas->setObjectName(name + u"_canvas"_s);
    m_canvas->setMouseTracking(true);
    setBody(m_canvas);
}

void PaintedChart::setEmptyText(const QString& text)
{
    m_emptyText = text;
    if (isEmpty())
        setAccessibleDescription(text);
    m_canvas->update();
}

PictureFrame PaintedChart::pictureFrame(const QSizeF& size, bool withTitle) const
{
    PictureFrame frame;
    frame.font = font();
    frame.font.setPixelSize(QFontInfo(font()).pixelSize());
    frame.line = QFontMetricsF(frame.font).height();
    frame.top = PictureFrame::kSpace;
    if (withTitle) {
        frame.title =
            QRectF(PictureFrame::kSpace, frame.top, size.width() - 2 * PictureFrame::kSpace, frame.line);
        frame.top += frame.line + PictureFrame::kSpace;
    }
    return frame;
}

void PaintedChart::paintPicture(
    QPainter& painter, const QSizeF& size, const ThemeColors& colors, bool withTitle) const
{
    const PictureFrame frame = pictureFrame(size, withTitle);
    const QRectF all(QPointF(), size);
    painter.fillRect(all, colors.palette.color(QPalette::Base));
    painter.setPen(colors.palette.color(QPalette::Text));
    if (withTitle) {
        QFont bold = frame.font;
        bold.setBold(true);
        painter.setFont(bold);
        painter.drawText(frame.title, Qt::AlignLeft | Qt::AlignVCenter, title());
    }
    painter.setFont(frame.font);
    if (!isEmpty())
        return paintContent(painter, size, colors, withTitle);
    constexpr double kMargin = PictureFrame::kSpace;
    painter.setPen(colors.muted);
    painter.drawText(
        all.adjusted(kMargin, kMargin, -kMargin, -kMargin), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
}

bool PaintedChart::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_canvas || event->type() != QEvent::Paint)
        return Chart::eventFilter(watched, event);
    QPainter painter(m_canvas);
    painter.setRenderHint(QPainter::Antialiasing);
    paintPicture(painter, m_canvas->size(), themeColors(palette()), false);
    return true;
}

void SteppedChart::activate(int /*place*/)
{
}

int SteppedChart::placeAt(const QPointF& position) const
{
    const QRectF area = placesArea(canvas()->size());
    if (placeCount() == 0 || !area.contains(position))
        return -1;
    const double share = (position.x() - area.left()) / area.width();
    return std::clamp(static_cast<int>(share * placeCount()), 0, placeCount() - 1);
}

void SteppedChart::select(int place)
{
    if (place == m_selected)
        return;
    m_selected = place;
    canvas()->update();
    if (place < 0) {
        QToolTip::hideText();
        return;
    }
    setAccessibleDescription(readOut(place));
    // Beside the place, which stays in view.
    const QRectF area = placesArea(canvas()->size());
    const QPointF at(area.left() + (place + 1) * area.width() / placeCount(), area.top());
    QToolTip::showText(canvas()->mapToGlobal(at.toPoint()), readOut(place), canvas());
}

void SteppedChart::keyPressEvent(QKeyEvent* event)
{
    const int last = placeCount() - 1;
    if (event->key() == Qt::Key_BracketRight && last >= 0)
        select(std::min(m_selected + 1, last));
    else if (event->key() == Qt::Key_BracketLeft && last >= 0)
        select(m_selected < 0 ? last : std::max(m_selected - 1, 0));
    else if (event->key() == Qt::Key_Return && m_selected >= 0)
        activate(m_selected);
    else
        PaintedChart::keyPressEvent(event);
}

bool SteppedChart::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == canvas()) {
        if (event->type() == QEvent::MouseMove) {
            select(placeAt(static_cast<QMouseEvent*>(event)->position()));
        } else if (event->type() == QEvent::Leave) {
            select(-1);
        } else if (event->type() == QEvent::MouseButtonPress) {
            setFocus(Qt::MouseFocusReason);
            if (const int place = placeAt(static_cast<QMouseEvent*>(event)->position()); place >= 0)
                activate(place);
        }
    }
    return PaintedChart::eventFilter(watched, event);
}

} // namespace fedcctr::widgets
