// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointF>
#include <QString>

#include <map>
#include <optional>
#include <vector>

namespace fedcctr::widgets {

enum class LineStyle { Solid, Dashed, Dotted, DashDot };

enum class Marker { None, Circle, Square, Triangle, Diamond, Cross };

/// A small picture of the marker for texts, e.g. ■; empty for none.
QString markerSign(Marker marker);

/// What an x axis counts; decides its ticks and how the read-out writes an x.
enum class XKind {
    Whole, ///< rounds: no ticks between them
    Number,
    Duration, ///< seconds since a start
    DateTime, ///< seconds since 1970
};

/// Another quantity that a chart can have as x, e.g. the wall time or the epsilon spent at each round.
struct AxisChoice {
    QString id;
    QString label;
    XKind kind = XKind::Number;
};

/// How a series is called and drawn.
struct SeriesSpec {
    QString name; ///< in read-outs and exports
    QString label = {}; ///< at the line's right end; empty: the name
    int color = 0; ///< index into the theme's series colours
    LineStyle line = LineStyle::Solid;
    bool rightAxis = false;
    Marker marker = Marker::None; ///< at each value; intervals are then error bars instead of a band
    bool connected = true; ///< a line through the values
    bool background = false; ///< thin and grey behind the others, e.g. a pinned run
};

/// All values of one series, in ascending x; exports read from here, the picture is thinned from here.
class CurveSeries {
public:
    explicit CurveSeries(SeriesSpec seriesSpec)
        : spec(std::move(seriesSpec))
    {
    }

    SeriesSpec spec;
    bool visible = true;

    /// x must not be smaller than the last one's. A y that is not finite makes a gap.
    void append(double x, double y);

    /// The same with an interval around the value.
    void append(double x, double y, double low, double high);
    void clear();

    /// Other values at once, in any order; `low` and `high` are empty or as long as `x`. Where they are not
    /// finite there is no interval.
    void assign(const std::vector<double>& x, const std::vector<double>& y,
        const std::vector<double>& low = {}, const std::vector<double>& high = {});

    /// At `x` the quantity `id` had this value; in ascending x. A value below an earlier one counts as that.
    void noteAlternativeX(const QString& id, double x, double value);
    void clearAlternativeX(const QString& id);

    /// Draws over this quantity, between its known values linearly; empty: over x. A series that does not
    /// know the quantity shows nothing.
    void chooseX(const QString& id);

    /// The chosen quantity at an x; none if it is not known.
    std::optional<double> chosenAt(double x) const;

    /// Debiased exponential mean over all values; weight 0 is off.
    void smooth(double weight);

    bool isEmpty() const { return m_x.empty(); }
    const std::vector<double>& x() const { return m_x; }
    const std::vector<double>& y() const { return m_y; }

    /// Where the values are drawn: x, or the chosen quantity (as long as y, or empty if it is not known).
    const std::vector<double>& drawnX() const { return m_choice.isEmpty() ? m_x : m_drawnX; }

    /// What the front line shows: y, or its smoothed values.
    const std::vector<double>& shown() const { return m_weight > 0 ? m_smoothed : m_y; }

    bool hasBand() const { return !m_low.empty(); }
    const std::vector<double>& bandX() const { return m_bandX; }
    const std::vector<double>& drawnBandX() const { return m_choice.isEmpty() ? m_bandX : m_drawnBandX; }

    /// Which value each interval belongs to.
    const std::vector<std::size_t>& bandIndex() const { return m_bandIndex; }
    const std::vector<double>& low() const { return m_low; }
    const std::vector<double>& high() const { return m_high; }

    /// Smallest and largest value, intervals included; the smallest positive one for logarithmic axes.
    double least() const { return m_least; }
    double most() const { return m_most; }
    double leastPositive() const { return m_leastPositive; }

    /// Index of the value drawn at or before x, or -1.
    std::ptrdiff_t indexAt(double x) const;

private:
    struct Alternative {
        std::vector<double> at; ///< x
        std::vector<double> value;
    };

    void note(double value);
    void placeFrom(double x);
    void smoothNext(double y);

    std::vector<double> m_x;
    std::vector<double> m_y;
    std::vector<double> m_bandX;
    std::vector<std::size_t> m_bandIndex;
    std::map<QString, Alternative> m_alternatives;
    QString m_choice;
    std::vector<double> m_drawnX;
    std::vector<double> m_drawnBandX;
    std::vector<double> m_low;
    std::vector<double> m_high;
    std::vector<double> m_smoothed;
    double m_weight = 0;
    double m_mean = 0; ///< of the smoothing, before the correction of its start
    double m_remaining = 1; ///< weight^n
    double m_least = 1;
    double m_most = 0; ///< below least: no value yet
    double m_leastPositive = 0; ///< 0: none
};

/// A constant line, e.g. a baseline's score or a limit.
struct ReferenceLine {
    QString id; ///< a later line of the same id replaces this one
    QString label;
    double value = 0;
    int color = -1; ///< index into the series colours, -1: neutral
    LineStyle line = LineStyle::Dotted;
};

/// Something that happened at an x.
struct EventMark {
    double x = 0;
    QString label;
};

/// Everything that a chart shows, apart from the part in view. A value: an export draws a copy.
struct CurveContent {
    QString title;
    QString xLabel;
    QString yLabel;
    QString rightLabel; ///< empty: no right axis
    double rightMost = 100; ///< the right axis goes from 0 to this
    QString emptyText;
    QString origin; ///< which run and program: goes into every exported file
    bool fromZero = true; ///< a fitted linear y axis starts at 0
    bool logX = false;
    bool logY = false;
    XKind xKind = XKind::Whole;
    std::vector<AxisChoice> axisChoices;
    QString axisChoice; ///< empty: the values' own x
    double smoothing = 0;
    std::vector<CurveSeries> series;
    std::vector<ReferenceLine> references;
    std::vector<EventMark> marks;

    bool isEmpty() const;

    /// Of the axis as it is chosen.
    QString shownXLabel() const;
    XKind shownXKind() const;

    /// Where something at this x is drawn; none if the chosen quantity is not known there.
    std::optional<double> drawnX(double x) const;

    /// More than six lines, or points that no line joins: a legend beside the axes instead of labels at the
    /// lines' ends.
    bool wantsLegend() const;
};

/// The points to draw in [from, to], with the nearest neighbour on either side: all of them, or the smallest
/// and the largest of each of `columns` columns if there are more than `limit`. Gaps are kept.
std::vector<QPointF> thinned(const std::vector<double>& x, const std::vector<double>& y, double from,
    double to, std::size_t columns, std::size_t limit = 20000);

/// Positions as near to the wished ones as a distance of `gap` allows, all within [top, bottom]; in the given
/// order. Where there is no room for all, they stand evenly.
std::vector<double> spreadOut(const std::vector<double>& wished, double gap, double top, double bottom);

} // namespace fedcctr::widgets
