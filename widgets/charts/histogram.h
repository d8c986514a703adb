// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/axisscale.h"
#include "widgets/charts/paintedchart.h"

#include <QPointF>

namespace fedcctr::widgets {

/// One height per bin, for a domain or a state.
struct HistogramSeries {
    QString name;
    QList<double> values;
};

/// Points of a distribution, e.g. (rank, occurrences) of items.
struct HistogramPoints {
    QString name;
    QList<QPointF> points; ///< both coordinates positive where the axes are logarithmic
};

/// Vertical bars per bin, one or two series side by side (the second one hatched), or points on logarithmic
/// axes. Hovering, or [ and ], reads out one bin.
class Histogram : public SteppedChart {
    Q_OBJECT
public:
    using SteppedChart::SteppedChart;

    void setAxes(const QString& x, const QString& y);

    /// One label per bin; labels that find no room are left out of the picture, not of the read-out.
    void setBars(const QStringList& labels, const QList<HistogramSeries>& series);

    /// Markers instead of bars, both axes logarithmic; points that are not positive are left out.
    void setLogLogPoints(const QList<HistogramPoints>& series);

    bool isEmpty() const override;

    /// "bin: A 12, B 3", empty where there is no such bin.
    QString readOut(int bin) const override;

    ChartTable table() const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// A click on a bin, or Return while it is read out.
    void binActivated(int bin);

protected:
    void paintContent(
        QPainter& painter, const QSizeF& size, const ThemeColors& colors, bool withTitle) const override;
    int placeCount() const override;
    QRectF placesArea(const QSizeF& size) const override;
    void activate(int bin) override;

private:
    struct Frame; ///< where things are in a picture of one size

    Frame frameFor(const QSizeF& size, bool withTitle) const;
    void paintAxes(QPainter& painter, const Frame& frame, const ThemeColors& colors) const;
    void paintTickLabels(QPainter& painter, const Frame& frame) const;
    void paintBinLabels(QPainter& painter, const Frame& frame) const;
    void paintBars(QPainter& painter, const Frame& frame, const ThemeColors& colors) const;
    void paintPoints(QPainter& painter, const Frame& frame, const ThemeColors& colors) const;
    void paintKey(QPainter& painter, const Frame& frame, const ThemeColors& colors) const;
    QStringList seriesNames() const;
    void contentChanged();

    QString m_xLabel;
    QString m_yLabel;
    QStringList m_labels;
    QList<HistogramSeries> m_bars;
    QList<HistogramPoints> m_points;
};

} // namespace fedcctr::widgets
