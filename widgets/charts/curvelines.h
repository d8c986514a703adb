// SPDX-License-Identifier: GPL-3.0-or-later
// Internal to the charts, as curvecanvas.h.
#pragma once

#include "widgets/charts/curvecontent.h"
#include "widgets/charts/qcp.h"

namespace fedcctr::widgets {

struct ThemeColors;

/// The series of a chart as QCustomPlot's graphs: line, raw values behind a smoothed line, band or error
/// bars, markers.
class CurveLines {
public:
    CurveLines(QCustomPlot& plot, const CurveContent& content)
        : m_plot(plot)
        , m_content(content)
    {
    }

    /// Layer under the grid, for bands.
    static constexpr auto kBandLayer = "bands";

    /// Markers as shapes, which stay sharp in a file, instead of as pictures, which are fast.
    void setMarkersAsShapes(bool on) { m_markersAsShapes = on; }

    /// Forgets the graphs, which the plot has deleted.
    void clear() { m_lines.clear(); }

    /// Makes the graphs anew, in the plot's colours.
    void rebuild();

    /// Takes the values over: of what is in view as many as can be seen.
    void update();

    QColor colorOf(const SeriesSpec& spec) const;

    /// Index into the theme's series colours; -1: neutral.
    QColor color(int index) const;
    QPen pen(const QColor& color, LineStyle style) const;

private:
    struct Line {
        QCPGraph* front = nullptr;
        QCPGraph* raw = nullptr; ///< behind the smoothed line
        QCPGraph* low = nullptr;
        QCPGraph* high = nullptr;
        QCPErrorBars* errors = nullptr;
    };

    const ThemeColors& colors() const;
    QCPAxis* valueAxis(const CurveSeries& series) const;
    Line makeLine(const CurveSeries& series);
    void addBand(const CurveSeries& series, Line& line);
    void addErrorBars(const CurveSeries& series, Line& line);
    void updateLine(const CurveSeries& series, const Line& line);
    bool isDashedOnDenseScreen(const CurveSeries& series) const;
    double travelOf(const CurveSeries& series, const std::vector<QPointF>& points) const;
    void updateBand(const CurveSeries& series, const Line& line);
    void updateErrorBars(const CurveSeries& series, const Line& line);
    QCPScatterStyle scatterStyle(Marker marker, const QColor& color) const;

    QCustomPlot& m_plot;
    const CurveContent& m_content;
    std::vector<Line> m_lines;
    bool m_markersAsShapes = false;
};

} // namespace fedcctr::widgets
