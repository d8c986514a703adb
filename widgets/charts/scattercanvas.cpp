// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/scattercanvas.h"

#include "widgets/charts/scatterpainter.h"

#include <QApplication>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

namespace {

constexpr int kRedrawMs = 100;
constexpr double kMargin = 0.06; ///< of the points' extent, around them
constexpr double kReach = 3; ///< times the marker's radius: how near a pointer must be

} // namespace

ScatterCanvas::ScatterCanvas(const ScatterContent& content, QWidget* parent)
    : QWidget(parent)
    , m_content(content)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::NoFocus);
    setAttribute(Qt::WA_OpaquePaintEvent);
    m_redrawTimer.setSingleShot(true);
    connect(&m_redrawTimer, &QTimer::timeout, this, &ScatterCanvas::redraw);
}

QSize ScatterCanvas::sizeHint() const
{
    return {fontMetrics().averageCharWidth() * 60, fontMetrics().height() * 20};
}

QSize ScatterCanvas::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 22, fontMetrics().height() * 7};
}

double ScatterCanvas::markerRadius() const
{
    const double base = fontMetrics().height() * 0.3;
    const auto count = static_cast<double>(m_content.positions.size());
    return std::max(2.2, base * std::min(1.0, std::pow(1500 / std::max(1.0, count), 0.3)));
}

void ScatterCanvas::contentChanged()
{
    m_hovered = -1;
    positionsChanged();
}

void ScatterCanvas::positionsChanged()
{
    if (m_isFitted)
        m_view = fitted();
    if (m_redrawTimer.isActive())
        return;
    const qint64 since = m_lastRedraw.isValid() ? m_lastRedraw.elapsed() : kRedrawMs;
    if (since >= kRedrawMs)
        redraw();
    else
        m_redrawTimer.start(static_cast<int>(kRedrawMs - since));
}

void ScatterCanvas::redraw()
{
    m_lastRedraw.start();
    if (m_isFitted)
        m_view = fitted();
    m_layerDirty = true;
    update();
}

void ScatterCanvas::setEmptyText(const QString& text)
{
    m_emptyText = text;
    update();
}

QRectF ScatterCanvas::fitted() const
{
    QRectF bounds = m_fitBounds;
    if (bounds.isEmpty() && !m_content.positions.empty()) {
        QPointF least = m_content.positions.front();
        QPointF most = least;
        for (const QPointF& point : m_content.positions) {
            least = {std::min(least.x(), point.x()), std::min(least.y(), point.y())};
            most = {std::max(most.x(), point.x()), std::max(most.y(), point.y())};
        }
        bounds = {least, most};
    }
    const double side = std::max({bounds.width(), bounds.height(), 1e-9});
    return bounds.adjusted(-side * kMargin, -side * kMargin, side * kMargin, side * kMargin);
}

void ScatterCanvas::setFitBounds(const QRectF& bounds)
{
    m_fitBounds = bounds;
    positionsChanged();
}

void ScatterCanvas::fit()
{
    m_isFitted = true;
    redraw();
}

QTransform ScatterCanvas::toPixels(const QSizeF& size) const
{
    if (m_view.isEmpty())
        return {};
    const double scale = std::min(size.width() / m_view.width(), size.height() / m_view.height());
    QTransform transform;
    transform.translate(size.width() / 2, size.height() / 2);
    transform.scale(scale, -scale);
    transform.translate(-m_view.center().x(), -m_view.center().y());
    return transform;
}

void ScatterCanvas::zoom(double factor, const QPointF& at)
{
    const QPointF fixed = toPixels(size()).inverted().map(at);
    m_view = QRectF(fixed + (m_view.topLeft() - fixed) / factor, m_view.size() / factor);
    m_isFitted = false;
    redraw();
}

void ScatterCanvas::pan(const QPointF& pixels)
{
    const QTransform back = toPixels(size()).inverted();
    m_view.translate(back.map(QPointF()) - back.map(pixels));
    m_isFitted = false;
    redraw();
}

void ScatterCanvas::setHovered(int point)
{
    if (point == m_hovered)
        return;
    m_hovered = point;
    update();
    Q_EMIT pointHovered(point);
}

void ScatterCanvas::setSelection(const QSet<int>& points)
{
    if (points == m_selection)
        return;
    m_selection = points;
    m_layerDirty = true;
    update();
}

QPointF ScatterCanvas::placeOf(int point) const
{
    return toPixels(size()).map(m_content.positions[static_cast<std::size_t>(point)]);
}

int ScatterCanvas::pointAt(const QPointF& place) const
{
    const QTransform transform = toPixels(size());
    const double reach = kReach * markerRadius();
    double best = reach * reach;
    int found = -1;
    for (std::size_t i = 0; i < m_content.positions.size(); ++i) {
        const QPointF away = transform.map(m_content.positions[i]) - place;
        const double squared = QPointF::dotProduct(away, away);
        if (squared < best) {
            best = squared;
            found = static_cast<int>(i);
        }
    }
    return found;
}

void ScatterCanvas::drawLayer()
{
    const double scale = devicePixelRatioF();
    m_layer = QPixmap(QSizeF(QSizeF(size()) * scale).toSize());
    m_layer.setDevicePixelRatio(scale);
    m_layer.fill(palette().color(QPalette::Base));
    QPainter painter(&m_layer);
    ScatterPainter(m_content, themeColors(palette()))
        .paintPoints(painter, toPixels(size()), m_selection, markerRadius(), true);
    m_layerDirty = false;
    ++m_redraws;
}

void ScatterCanvas::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const ThemeColors& colors = themeColors(palette());
    if (m_content.positions.empty()) {
        painter.fillRect(rect(), palette().color(QPalette::Base));
        painter.setPen(colors.muted);
        painter.drawText(rect().adjusted(8, 8, -8, -8), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    if (m_layerDirty || m_layer.deviceIndependentSize().toSize() != size())
        drawLayer();
    painter.drawPixmap(0, 0, m_layer);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    if (m_hovered >= 0 && m_hovered < static_cast<int>(m_content.positions.size())) {
        painter.setPen(QPen(palette().color(QPalette::Text), 1.6));
        painter.drawEllipse(placeOf(m_hovered), markerRadius() * 1.9, markerRadius() * 1.9);
    }
    if (m_drag == Drag::Lasso) {
        QColor fill = palette().color(QPalette::Highlight);
        painter.setPen(QPen(fill, 1.2, Qt::DashLine));
        fill.setAlphaF(0.12F);
        painter.setBrush(fill);
        painter.drawPolygon(m_lasso);
    }
}

void ScatterCanvas::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    m_layerDirty = true;
}

void ScatterCanvas::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        m_layerDirty = true;
        update();
    }
}

void ScatterCanvas::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    parentWidget()->setFocus(Qt::MouseFocusReason);
    m_pressed = m_last = event->position();
    if (event->modifiers().testFlag(Qt::ShiftModifier)) {
        m_drag = Drag::Lasso;
        m_lasso = {event->position()};
    }
}

void ScatterCanvas::mouseMoveEvent(QMouseEvent* event)
{
    const QPointF place = event->position();
    if (m_drag == Drag::Lasso) {
        m_lasso.append(place);
        update();
        return;
    }
    if (event->buttons().testFlag(Qt::LeftButton)
        && (m_drag == Drag::Pan
            || (place - m_pressed).manhattanLength() >= QApplication::startDragDistance())) {
        m_drag = Drag::Pan;
        pan(place - m_last);
        m_last = place;
        return;
    }
    setHovered(pointAt(place));
}

void ScatterCanvas::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    const Drag drag = m_drag;
    m_drag = Drag::None;
    const bool add = event->modifiers().testFlag(Qt::ControlModifier);
    if (drag == Drag::Lasso)
        endLasso(add);
    else if (drag == Drag::None)
        click(event->position(), add);
}

void ScatterCanvas::click(const QPointF& place, bool add)
{
    const int point = pointAt(place);
    QSet<int> chosen = add ? m_selection : QSet<int>();
    if (point >= 0 && add && chosen.contains(point))
        chosen.remove(point);
    else if (point >= 0)
        chosen.insert(point);
    setSelection(chosen);
    Q_EMIT selectionMade(chosen);
    if (point >= 0)
        Q_EMIT pointClicked(point);
}

void ScatterCanvas::endLasso(bool add)
{
    QSet<int> chosen = add ? m_selection : QSet<int>();
    const QTransform transform = toPixels(size());
    for (std::size_t i = 0; i < m_content.positions.size(); ++i)
        if (m_lasso.containsPoint(transform.map(m_content.positions[i]), Qt::OddEvenFill))
            chosen.insert(static_cast<int>(i));
    m_lasso.clear();
    setSelection(chosen);
    update();
    Q_EMIT selectionMade(chosen);
}

void ScatterCanvas::mouseDoubleClickEvent(QMouseEvent*)
{
    fit();
}

void ScatterCanvas::wheelEvent(QWheelEvent* event)
{
    // The plain wheel scrolls the page.
    if (!event->modifiers().testFlag(Qt::ControlModifier)) {
        event->ignore();
        return;
    }
    zoom(std::pow(1.2, event->angleDelta().y() / 120.0), event->position());
}

void ScatterCanvas::leaveEvent(QEvent* event)
{
    QWidget::leaveEvent(event);
    setHovered(-1);
}

} // namespace fedcctr::widgets
