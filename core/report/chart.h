// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/estimate.h"

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <variant>
#include <vector>

// What charts of runs show, as plain values: computed here once, drawn by the window and by fedcctr-plots,
// which add the theme, the view and what a person does with them.
namespace fedcctr::report {

enum class Line { Solid, Dashed, Dotted, DashDot };
enum class Marker { None, Circle, Square, Triangle, Diamond, Cross };

/// What an x axis counts.
enum class XAxis { Rounds, Number };

/// One line, in ascending x.
struct Series {
    std::string name; ///< in read-outs and exports
    std::string label = {}; ///< at the line's end; empty: the name
    int color = 0; ///< index into the theme's series colours
    Line line = Line::Solid;
    Marker marker = Marker::None; ///< at each value; intervals are then bars instead of a band
    bool rightAxis = false;
    std::vector<double> x = {};
    std::vector<double> y = {}; ///< as long as x; NaN: a gap
    std::vector<double> low = {}; ///< as long as x; NaN: no interval there
    std::vector<double> high = {};

    void add(double atX, double value);
    void add(double atX, double value, double lowEnd, double highEnd);

    /// In percent, with its interval if it has one.
    void addPercent(double atX, const Estimate& fraction);

    bool isEmpty() const { return x.empty(); }
};

/// A constant line, e.g. a random ranker's score or a limit.
struct Reference {
    std::string id;
    std::string label;
    double value = 0;
    int color = -1; ///< index into the series colours, -1: neutral
    Line line = Line::Dotted;
    bool showsValue =
        false; ///< behind the label stands the value, with two decimals as the reader writes numbers
};

/// Something that happened at an x.
struct Event {
    double x = 0;
    std::string label;
};

/// Lines over an x.
struct Chart {
    std::string title;
    std::string note; ///< what a reader must know beside the title; may be empty
    std::string xLabel;
    std::string yLabel;
    std::string rightLabel; ///< empty: no right axis; it goes from 0 to 100
    std::string emptyText; ///< instead of a chart without values
    std::string origin; ///< which run and program: goes into every exported file
    XAxis xAxis = XAxis::Rounds;
    bool logX = false;
    bool logY = false;
    std::vector<Series> series;
    std::vector<Reference> references;
    std::vector<Event> events;
};

/// Values over two settings, shown with two decimals.
struct HeatMap {
    std::string title;
    std::string note;
    std::string xLabel;
    std::string yLabel;
    std::string valueLabel;
    std::string origin;
    std::vector<std::string> xValues;
    std::vector<std::string> yValues;
    std::vector<std::vector<double>> cells; ///< [y][x]; the first row is the lowest one; NaN: blank
};

/// Whom a bar belongs to.
struct BarSubject {
    std::string name;
    int color = 0; ///< index into the theme's series colours
};

/// Bars beside each other, one per subject.
struct BarGroup {
    std::string label;
    std::vector<Estimate> bars; ///< fractions, drawn in percent; in the order of the subjects
    double reference =
        std::numeric_limits<double>::quiet_NaN(); ///< a line across the group, e.g. chance; a fraction
};

struct BarChart {
    std::string title;
    std::string note;
    std::string valueLabel;
    std::string referenceLabel;
    std::string origin;
    std::vector<BarSubject> subjects;
    std::vector<BarGroup> groups;
};

/// A chart of a report and the name of its files, without ending.
struct Picture {
    std::string file;
    std::string run; ///< empty: of all runs
    std::variant<Chart, HeatMap, BarChart> content;

    const std::string& title() const;
    const std::string& note() const;
};

/// {"pictures": [{"file", "run", "kind": "lines", "heat-map" or "bars", "title", …}]}, the members named as
/// here with underscores; what is not a number is null.
nlohmann::json toJson(std::span<const Picture> pictures);

/// Throws Error naming the picture and what is wrong with it.
std::vector<Picture> picturesFrom(const nlohmann::json& document);

/// "FedCCTR Studio 0.1.0", the origin of what is computed from several runs.
std::string programName();

} // namespace fedcctr::report
