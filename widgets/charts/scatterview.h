// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/chart.h"
#include "widgets/charts/scattercontent.h"

#include <QSet>

namespace fedcctr::widgets {

class ScatterCanvas;
class ScatterKey;

/// Points of a plane, thousands of them: equal scale on both axes, which bear no labels. Drag pans,
/// Ctrl+wheel zooms, double click and 0 fit; a click selects, Shift+drag draws a lasso, Ctrl adds to the
/// selection, Esc clears it; [ and ] go from point to point.
class ScatterView : public Chart {
    Q_OBJECT
public:
    explicit ScatterView(const QString& name, QWidget* parent = nullptr);

    const ScatterContent& content() const { return m_content; }

    /// Everything anew; selection and zoom go.
    void setContent(ScatterContent content);

    /// Shapes, colours and names anew; positions, selection and zoom stay. `content.positions` is not looked
    /// at.
    void setLook(ScatterContent content);

    /// The same points elsewhere; drawn ten times a second at most. The view stays if it was moved.
    void setPositions(std::vector<QPointF> positions);

    /// What is in view until the person moves it; empty: all points. For pictures that move, all of their
    /// places.
    void setFitBounds(const QRectF& bounds);
    void setEmptyText(const QString& text);

    QSet<int> selection() const;
    void setSelection(const QSet<int>& points);
    int hovered() const;

    /// Where a point is drawn, in the canvas (object name NAME_canvas).
    QPointF placeOf(int point) const;
    int redraws() const; ///< of the points, so far

    /// One row per point: name, x, y, shape, colour.
    ChartTable table() const override;

public Q_SLOTS:
    void fit();

Q_SIGNALS:
    void pointHovered(int point); ///< -1: none
    void pointClicked(int point);
    void selectionMade(const QSet<int>& points); ///< by the person

protected:
    void paintPicture(
        QPainter& painter, const QSizeF& size, const ThemeColors& colors, bool withTitle) const override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void showTip(int point);
    void stepHover(int direction);

    ScatterContent m_content;
    ScatterCanvas* m_canvas;
    ScatterKey* m_key;
};

} // namespace fedcctr::widgets
