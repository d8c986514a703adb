// SPDX-License-Identifier: GPL-3.0-or-later
// Internal to the charts, as curvecanvas.h.
#pragma once

#include "widgets/charts/curvecontent.h"
#include "widgets/charts/qcp.h"

namespace fedcctr::widgets {

/// The series' names: at the right ends of the lines, pushed apart where they would meet, or, where there are
/// too many for that, as a legend beside the axes.
class CurveLabels {
public:
    CurveLabels(QCustomPlot& plot, const CurveContent& content)
        : m_plot(plot)
        , m_content(content)
    {
    }

    void clear() { m_labels.clear(); }
    void addSeries(std::size_t series, const QColor& color, const QPen& pen);
    void addReference(std::size_t reference, const QColor& color, const QPen& pen);

    /// After the last one.
    void finish();

    /// Pixels that the texts want to the right of the axes.
    int width() const;

    /// `axesWidth`: of what else stands to the right of the axes.
    void place(int axesWidth);

    /// Texts with their rectangles.
    QList<QPair<QString, QRectF>> rects() const;

    /// The series whose name is there, or -1.
    int seriesAt(const QPointF& position) const;

    /// Whether this is the legend's last line, which tells how many found no room.
    bool isMoreAt(const QPointF& position) const;

private:
    struct Label {
        int series = -1; ///< -1: a reference line's
        std::size_t reference = 0;
        QCPItemText* text = nullptr;
        QCPItemLine* sample = nullptr; ///< of a legend
    };

    void add(Label label, const QColor& color, const QPen& pen);
    QString textOf(const Label& label) const;
    const CurveSeries* seriesOf(const Label& label) const;
    std::optional<double> valueOf(const Label& label) const;
    QRectF rectOf(const QCPItemText& item) const;
    void placeAtEnds(int start);
    void placeAsLegend(int start);
    void write(const Label& label, double x, double y) const;

    QCustomPlot& m_plot;
    const CurveContent& m_content;
    std::vector<Label> m_labels;
    QCPItemText* m_more = nullptr;
    bool m_legend = false;
};

} // namespace fedcctr::widgets
