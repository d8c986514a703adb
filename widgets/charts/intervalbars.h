// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/paintedchart.h"

#include <limits>
#include <optional>

namespace fedcctr::widgets {

/// One bar; a value that is not finite is left out, an interval that is not finite is not drawn.
struct IntervalBar {
    double value = std::numeric_limits<double>::quiet_NaN();
    double low = std::numeric_limits<double>::quiet_NaN();
    double high = std::numeric_limits<double>::quiet_NaN();
    QString help = {}; ///< end of the read-out, e.g. over what the interval is
};

/// Who a bar belongs to.
struct BarSubject {
    QString name;
    int color = 0; ///< index into the theme's series colours
};

/// Bars beside each other, one per subject.
struct BarGroup {
    QString label;
    QList<IntervalBar> bars; ///< in the order of the subjects
    double reference =
        std::numeric_limits<double>::quiet_NaN(); ///< a dotted line across the group, e.g. chance
};

/// Groups of vertical bars with their intervals. [ and ] read out one group after the other.
class IntervalBars : public SteppedChart {
    Q_OBJECT
public:
    using SteppedChart::SteppedChart;

    /// What the heights are, e.g. "%", and what the dotted lines are, e.g. "random".
    void setAxes(const QString& value, const QString& reference);
    void setBars(const QList<BarSubject>& subjects, const QList<BarGroup>& groups);

    bool isEmpty() const override;

    /// One line per bar of the group; empty if there is no such group.
    QString readOut(int group) const override;

    ChartTable table() const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintContent(
        QPainter& painter, const QSizeF& size, const ThemeColors& colors, bool withTitle) const override;
    int placeCount() const override;
    QRectF placesArea(const QSizeF& size) const override;

private:
    struct Frame; ///< where things are in a picture of one size

    /// The groups' labels stand upright where they do not fit side by side.
    Frame frameFor(const QSizeF& size, bool withTitle) const;
    Frame frameWith(const QSizeF& size, bool withTitle, double uprightRoom) const;
    void paintAxes(QPainter& painter, const Frame& frame, const ThemeColors& colors) const;
    void paintGroup(QPainter& painter, const Frame& frame, const ThemeColors& colors, qsizetype group) const;
    void paintLabel(QPainter& painter, const Frame& frame, const ThemeColors& colors, qsizetype group) const;
    void paintKey(QPainter& painter, const Frame& frame, const ThemeColors& colors) const;
    QBrush brushOf(qsizetype subject, const ThemeColors& colors) const;
    QString valueText(const IntervalBar& bar) const;

    QString m_valueLabel;
    QString m_referenceLabel;
    QList<BarSubject> m_subjects;
    QList<BarGroup> m_groups;
};

} // namespace fedcctr::widgets
