// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/paintedchart.h"

#include <QPoint>

#include <limits>
#include <optional>

namespace fedcctr::widgets {

/// A cell of a heat map. A value that is not finite leaves it blank: not measured.
struct HeatCell {
    double value = std::numeric_limits<double>::quiet_NaN();
    QString text; ///< in the cell, e.g. "22.4"
    QString help = {}; ///< further lines of the read-out, e.g. interval and number of runs
};

/// The colour map: even steps to the eye, also for colour-blind readers and in grey, from dark (0) to light
/// (1).
QColor heatColor(double share);

/// Black or white, whichever is easier to read on that colour; at least 4.5 : 1.
QColor readableOn(const QColor& background);

/// Contrast of two opaque colours by WCAG 2, 1 to 21.
double contrast(const QColor& a, const QColor& b);

/// Values over two settings: one coloured cell with its number for each pair, blank where nothing was
/// measured, the best one outlined. Arrows move the cell cursor, Space clicks, Return opens.
class HeatMap : public PaintedChart {
    Q_OBJECT
public:
    using PaintedChart::PaintedChart;

    /// What the axes and the colours stand for.
    void setAxes(const QString& x, const QString& y, const QString& value);

    /// One cell per pair: `cells[y][x]`; the first row is the lowest one. Short rows are filled with blanks.
    /// The cursor stays on its pair of labels, where that still exists.
    void setCells(
        const QStringList& xLabels, const QStringList& yLabels, const QList<QList<HeatCell>>& cells);

    bool isEmpty() const override;

    /// Outlined: the largest value. None without values.
    std::optional<QPoint> best() const;

    /// Where the cursor is; none before the first click or key.
    std::optional<QPoint> current() const { return m_current; }

    /// In the canvas' coordinates; empty if there is no such cell.
    QRectF cellRect(int x, int y) const;

    /// "λ₁ 0.3, λ₂ 0.5: 22.4 %" and the cell's help.
    QString readOut(int x, int y) const;

    ChartTable table() const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void cellClicked(int x, int y);

    /// By a double click or Return.
    void cellActivated(int x, int y);

protected:
    void paintContent(
        QPainter& painter, const QSizeF& size, const ThemeColors& colors, bool withTitle) const override;
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Frame; ///< where things are in a picture of one size

    Frame frameFor(const QSizeF& size, bool withTitle) const;
    void paintCells(QPainter& painter, const Frame& frame, const ThemeColors& colors) const;
    void paintLabels(QPainter& painter, const Frame& frame) const;
    void paintKey(QPainter& painter, const Frame& frame, const ThemeColors& colors) const;
    void paintOutline(QPainter& painter, const QRectF& cell, const ThemeColors& colors, bool isCursor) const;
    const HeatCell& cell(int x, int y) const;
    std::optional<QPoint> cellAt(const QPointF& position) const;
    void moveTo(const QPoint& target, bool withToolTip);
    bool handleMouse(QEvent* event);
    double shareOf(double value) const;

    QString m_xLabel;
    QString m_yLabel;
    QString m_valueLabel;
    QStringList m_x;
    QStringList m_y;
    QList<QList<HeatCell>> m_cells;
    double m_least = 0;
    double m_most = 1;
    std::optional<QPoint> m_current;
    std::optional<QPoint> m_hovered;
};

} // namespace fedcctr::widgets
