// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/scattercontent.h"

#include <QElapsedTimer>
#include <QPixmap>
#include <QPolygonF>
#include <QSet>
#include <QTimer>
#include <QTransform>
#include <QWidget>

namespace fedcctr::widgets {

/// The picture of a ScatterView: draws, and turns mouse and keys into view and selection.
class ScatterCanvas : public QWidget {
    Q_OBJECT
public:
    ScatterCanvas(const ScatterContent& content, QWidget* parent);

    /// Something of the content changed. At most ten times a second it is drawn.
    void contentChanged();
    void positionsChanged();
    void setEmptyText(const QString& text);

    /// What fit() shows; an empty rectangle: all points.
    void setFitBounds(const QRectF& bounds);
    void fit();
    void zoom(double factor, const QPointF& at);
    void pan(const QPointF& pixels);

    /// From content to pixels, for any size: equal scale on both axes.
    QTransform toPixels(const QSizeF& size) const;
    double markerRadius() const;

    int hovered() const { return m_hovered; }
    void setHovered(int point);
    const QSet<int>& selection() const { return m_selection; }
    void setSelection(const QSet<int>& points);

    /// Nearest point to a place in pixels, or -1 if none is within reach.
    int pointAt(const QPointF& place) const;
    QPointF placeOf(int point) const;
    int redraws() const { return m_redraws; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void pointHovered(int point);
    void pointClicked(int point);

    /// By the person, with click or lasso.
    void selectionMade(const QSet<int>& points);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    enum class Drag { None, Pan, Lasso };

    QRectF fitted() const;
    void redraw();
    void drawLayer();
    void endLasso(bool add);
    void click(const QPointF& place, bool add);

    const ScatterContent& m_content;
    QString m_emptyText;
    QRectF m_fitBounds;
    QRectF m_view; ///< in content units
    bool m_isFitted = true; ///< the view follows the points
    QPixmap m_layer; ///< all points
    bool m_layerDirty = true;
    QSet<int> m_selection;
    int m_hovered = -1;
    Drag m_drag = Drag::None;
    QPointF m_pressed;
    QPointF m_last;
    QPolygonF m_lasso;
    QTimer m_redrawTimer;
    QElapsedTimer m_lastRedraw;
    int m_redraws = 0;
};

} // namespace fedcctr::widgets
