// SPDX-License-Identifier: GPL-3.0-or-later
// Internal to the charts: includes QCustomPlot, which takes long to compile. Others use CurvePlot.
#pragma once

#include "widgets/charts/curvelabels.h"
#include "widgets/charts/curvelines.h"

namespace fedcctr::widgets {

/// Draws a CurveContent with QCustomPlot, on the screen or into a file. The content belongs to the caller.
class CurveCanvas : public QCustomPlot {
    Q_OBJECT
public:
    explicit CurveCanvas(const CurveContent& content, QWidget* parent = nullptr);

    /// Series, references, marks, texts or colours have changed: what was made of them is made anew before
    /// the next drawing. Until then nothing asks the content for what stood there: a resize lays the canvas
    /// out at any time.
    void outdate();

    /// Makes what is outdated anew, takes new values over and draws.
    void redraw(RefreshPriority priority = rpRefreshHint);

    /// Shows all values, and what belongs to them.
    void fit();

    void pan(double shareX, double shareY);
    void zoom(
        double factor, const QPointF& center, Qt::Orientations directions = Qt::Horizontal | Qt::Vertical);

    /// A title inside the picture, for exports.
    void setPictureTitle(const QString& title);

    /// Markers as shapes, which stay sharp in a file, instead of as pictures, which are fast.
    void setMarkersAsShapes(bool on) { m_lines.setMarkersAsShapes(on); }

    /// The series whose name is there, or -1.
    int seriesAt(const QPointF& position) const { return m_labels.seriesAt(position); }

    void showCrossHair(double x, std::optional<double> pixelY);
    void hideCrossHair();

    /// Texts at the right end as they stand after the last redraw, with their rectangles.
    QList<QPair<QString, QRectF>> labelRects() const { return m_labels.rects(); }

Q_SIGNALS:
    void viewChangedByUser();
    void hovered(double x, const QPointF& position);
    void hoverEnded();
    void labelClicked(int series);
    void labelDoubleClicked(int series);
    void moreLabelsClicked(const QPoint& globalPosition);

    /// A double click beside the labels.
    void fitWished();

    /// A click between the axes that moved nothing.
    void clicked(double x);

protected:
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    void rebuild();
    void setUpLayers();
    void applyColors();
    void addReferences();
    void addMarks();
    void updateScales();
    int rightAxisWidth() const;
    void updateRightMargin();
    bool updateTickCounts();
    void placeMarks();
    void userMoved();

    const CurveContent& m_content;
    CurveLines m_lines;
    CurveLabels m_labels;
    std::vector<QCPItemStraightLine*> m_markLines;
    std::vector<QCPItemText*> m_markLabels;
    QCPItemText* m_empty = nullptr;
    QCPItemStraightLine* m_crossX = nullptr;
    QCPItemStraightLine* m_crossY = nullptr;
    std::optional<std::pair<XKind, bool>> m_xScale; ///< what the x axis is set up for
    QPointF m_pressedAt; ///< where the left button went down
    bool m_settingRange = false;
    bool m_isOutdated = true;
};

} // namespace fedcctr::widgets
