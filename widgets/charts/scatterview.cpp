// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/scatterview.h"

#include "widgets/charts/scattercanvas.h"
#include "widgets/charts/scatterkey.h"
#include "widgets/charts/scatterpainter.h"

#include <QAction>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace fedcctr::widgets {

ScatterView::ScatterView(const QString& name, QWidget* parent)
    : Chart(name, parent)
    , m_canvas(new ScatterCanvas(m_content, this))
    , m_key(new ScatterKey(m_content, this))
{
    auto* body = new QWidget(this);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(1, 0, 1, 2);
    column->setSpacing(0);
    column->addWidget(m_canvas, 1);
    column->addWidget(m_key);
    m_canvas->setObjectName(name + u"_canvas"_s);
    m_key->setObjectName(name + u"_key"_s);
    setBody(body);
    connect(addChartAction(u"fit"_s, tr("Fit"), Qt::Key_0), &QAction::triggered, this, &ScatterView::fit);
    connect(
        addChartAction(u"clear"_s, tr("Clear selection"), Qt::Key_Escape), &QAction::triggered, this, [this] {
            setSelection({});
            Q_EMIT selectionMade({});
        });
    connect(m_canvas, &ScatterCanvas::pointHovered, this, [this](int point) {
        showTip(point);
        Q_EMIT pointHovered(point);
    });
    connect(m_canvas, &ScatterCanvas::pointClicked, this, &ScatterView::pointClicked);
    connect(m_canvas, &ScatterCanvas::selectionMade, this, &ScatterView::selectionMade);
}

void ScatterView::setContent(ScatterContent content)
{
    m_content = std::move(content);
    m_canvas->setSelection({});
    m_canvas->setFitBounds({});
    m_canvas->contentChanged();
    m_canvas->fit();
    m_key->contentChanged();
}

void ScatterView::setLook(ScatterContent content)
{
    content.positions = std::move(m_content.positions);
    m_content = std::move(content);
    m_canvas->contentChanged();
    m_key->contentChanged();
}

void ScatterView::setPositions(std::vector<QPointF> positions)
{
    m_content.positions = std::move(positions);
    m_canvas->positionsChanged();
}

void ScatterView::setFitBounds(const QRectF& bounds)
{
    m_canvas->setFitBounds(bounds);
}

void ScatterView::setEmptyText(const QString& text)
{
    m_canvas->setEmptyText(text);
}

QSet<int> ScatterView::selection() const
{
    return m_canvas->selection();
}

void ScatterView::setSelection(const QSet<int>& points)
{
    m_canvas->setSelection(points);
}

int ScatterView::hovered() const
{
    return m_canvas->hovered();
}

QPointF ScatterView::placeOf(int point) const
{
    return m_canvas->placeOf(point);
}

int ScatterView::redraws() const
{
    return m_canvas->redraws();
}

void ScatterView::fit()
{
    m_canvas->fit();
}

ChartTable ScatterView::table() const
{
    const bool byCategory = !m_content.categories.empty();
    const bool coloured = byCategory || !m_content.values.empty();
    ChartTable result;
    result.columns = {u"name"_s, u"x"_s, u"y"_s, u"shape"_s};
    if (coloured)
        result.columns.append(m_content.colorName.isEmpty() ? u"colour"_s : m_content.colorName);
    for (std::size_t i = 0; i < m_content.positions.size(); ++i) {
        const auto at = static_cast<qsizetype>(i);
        QStringList row{m_content.names.value(at), QString::number(m_content.positions[i].x(), 'g', 7),
            QString::number(m_content.positions[i].y(), 'g', 7),
            m_content.shapes.empty() ? QString()
                                     : m_content.shapeNames.value(static_cast<int>(m_content.shapes[i]))};
        if (byCategory)
            row.append(m_content.categoryNames.value(m_content.categories[i]));
        else if (coloured)
            row.append(QString::number(m_content.values[i], 'g', 7));
        result.rows.append(row);
    }
    return result;
}

void ScatterView::paintPicture(
    QPainter& painter, const QSizeF& size, const ThemeColors& colors, bool withTitle) const
{
    painter.fillRect(QRectF(QPointF(), size), colors.palette.color(QPalette::Base));
    painter.setRenderHint(QPainter::Antialiasing);
    const ScatterPainter pen(m_content, colors);
    const double key = pen.paintKey(nullptr, font(), size.width());
    double top = 0;
    if (withTitle) {
        QFont bold = font();
        bold.setBold(true);
        top = QFontMetricsF(bold).height() + 8;
        painter.setFont(bold);
        painter.setPen(colors.palette.color(QPalette::Text));
        painter.drawText(QRectF(6, 2, size.width() - 12, top), Qt::AlignVCenter, title());
    }
    const QSizeF room(size.width(), size.height() - top - key);
    painter.save();
    painter.translate(0, top);
    painter.setClipRect(QRectF(QPointF(), room));
    pen.paintPoints(
        painter, m_canvas->toPixels(room), m_canvas->selection(), m_canvas->markerRadius(), false);
    painter.restore();
    painter.translate(0, size.height() - key);
    pen.paintKey(&painter, font(), size.width());
    painter.translate(0, key - size.height());
}

void ScatterView::keyPressEvent(QKeyEvent* event)
{
    const QPointF middle = QRectF(m_canvas->rect()).center();
    const double step = 0.1 * m_canvas->width();
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        m_canvas->zoom(1.25, middle);
        return;
    case Qt::Key_Minus:
        m_canvas->zoom(0.8, middle);
        return;
    case Qt::Key_Left:
        m_canvas->pan({step, 0});
        return;
    case Qt::Key_Right:
        m_canvas->pan({-step, 0});
        return;
    case Qt::Key_Up:
        m_canvas->pan({0, step});
        return;
    case Qt::Key_Down:
        m_canvas->pan({0, -step});
        return;
    case Qt::Key_BracketLeft:
        stepHover(-1);
        return;
    case Qt::Key_BracketRight:
        stepHover(1);
        return;
    case Qt::Key_Return:
    case Qt::Key_Space:
        if (hovered() >= 0) {
            setSelection({hovered()});
            Q_EMIT selectionMade({hovered()});
            Q_EMIT pointClicked(hovered());
        }
        return;
    default:
        Chart::keyPressEvent(event);
    }
}

void ScatterView::stepHover(int direction)
{
    const int count = static_cast<int>(m_content.positions.size());
    if (count == 0)
        return;
    const int start = hovered() < 0 ? (direction > 0 ? -1 : 0) : hovered();
    m_canvas->setHovered((start + direction + count) % count);
}

void ScatterView::showTip(int point)
{
    const QString name = m_content.names.value(point);
    setAccessibleDescription(name);
    if (point < 0 || name.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(m_canvas->mapToGlobal(placeOf(point).toPoint() + QPoint(12, 12)), name, m_canvas);
}

} // namespace fedcctr::widgets
