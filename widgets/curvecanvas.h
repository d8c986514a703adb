// SPDX-License-Identifier: GPL-3.0-or-later
// Internal to the charts: includes QCustomPlot, which takes long to compile. Others use CurvePlot.
#pragma once

#include "widgets/curvecontent.h"
#include "widgets/qcp.h"

namespace fedcctr::widgets {

/// Draws a CurveContent with QCustomPlot, on the screen or into a file. The content belongs to the caller.
class CurveCanvas : public QCustomPlot {
    Q_OBJECT
public:
    explicit CurveCanvas(const CurveContent& content, QWidget* parent = nullptr);

    /// Makes lines and items anew; after series, references, marks, texts or colours changed.
    void rebuild();

    /// Takes new values over and draws.
    void redraw(RefreshPriority priority = rpRefreshHint);

    /// Shows all values, and what belongs to them.
    void fit();

    void pan(double shareX, double shareY);
    void zoom(
        double factor, const QPointF& center, Qt::Orientations directions = Qt::Horizontal | Qt::Vertical);

    /// A title inside the picture, for exports.
    void setPictureTitle(const QString& title);

    void showCrossHair(double x, std::optional<double> pixelY);
    void hideCrossHair();

    /// Texts at the right end as they stand after the last redraw, with their rectangles.
    QList<QPair<QString, QRectF>> labelRects() const;

Q_SIGNALS:
    void viewChangedByUser();
    void hovered(double x, const QPointF& position);
    void hoverEnded();
    void labelClicked(int series);

protected:
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    struct Line {
        QCPGraph* front = nullptr;
        QCPGraph* raw = nullptr; ///< behind the smoothed line
        QCPGraph* low = nullptr;
        QCPGraph* high = nullptr;
    };
    struct Label {
        int series = -1; ///< -1: a reference line's
        std::size_t reference = 0;
        QCPItemText* item = nullptr;
    };

    void setUpLayers();
    void applyColors();
    void addLine(const CurveSeries& series);
    void addReferences();
    void addMarks();
    void addLabel(Label label, const QColor& color);
    void updateLine(const CurveSeries& series, const Line& line);
    void updateScale();
    int rightAxisWidth() const;
    void updateRightMargin();
    void placeLabels();
    void placeMarkLabels();
    std::optional<double> labelValue(const Label& label) const;
    QString labelText(const Label& label) const;
    QCPRange fittedX() const;
    QCPRange fittedY() const;
    QPen linePen(const QColor& color, LineStyle style) const;
    QColor seriesColor(int index) const;
    void userMoved();

    const CurveContent& m_content;
    std::vector<Line> m_lines;
    std::vector<Label> m_labels;
    std::vector<QCPItemText*> m_markLabels;
    QCPItemText* m_empty = nullptr;
    QCPItemStraightLine* m_crossX = nullptr;
    QCPItemStraightLine* m_crossY = nullptr;
    bool m_settingRange = false;
};

} // namespace fedcctr::widgets
