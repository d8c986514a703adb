// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/chart.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

namespace fedcctr::report {

using nlohmann::json;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

template <typename Value, std::size_t Count> using Names = std::array<std::pair<Value, const char*>, Count>;

constexpr Names<Line, 4> kLines{{{Line::Solid, "solid"}, {Line::Dashed, "dashed"}, {Line::Dotted, "dotted"},
    {Line::DashDot, "dash-dot"}}};
constexpr Names<Marker, 6> kMarkers{
    {{Marker::None, "none"}, {Marker::Circle, "circle"}, {Marker::Square, "square"},
        {Marker::Triangle, "triangle"}, {Marker::Diamond, "diamond"}, {Marker::Cross, "cross"}}};
constexpr Names<XAxis, 2> kXAxes{{{XAxis::Rounds, "rounds"}, {XAxis::Number, "number"}}};

template <typename Value, std::size_t Count> std::string nameOf(Value value, const Names<Value, Count>& names)
{
    return std::ranges::find(names, value, &std::pair<Value, const char*>::first)->second;
}

template <typename Value, std::size_t Count>
Value named(const json& node, const char* key, const Names<Value, Count>& names)
{
    const auto name = node.at(key).get<std::string>();
    const auto found =
        std::ranges::find_if(names, [&name](const auto& known) { return name == known.second; });
    if (found == names.end())
        throw Error(std::string(key) + " is '" + name + "', which is none that this version knows");
    return found->first;
}

double number(const json& node)
{
    return node.is_null() ? kNaN : node.get<double>();
}

std::vector<double> numbers(const json& node)
{
    std::vector<double> values;
    for (const json& value : node)
        values.push_back(number(value));
    return values;
}

json toJson(const Series& series)
{
    return {{"name", series.name}, {"label", series.label}, {"color", series.color},
        {"line", nameOf(series.line, kLines)}, {"marker", nameOf(series.marker, kMarkers)},
        {"right_axis", series.rightAxis}, {"x", series.x}, {"y", series.y}, {"low", series.low},
        {"high", series.high}};
}

Series seriesFrom(const json& node)
{
    Series series{node.at("name"), node.at("label"), node.at("color"), named(node, "line", kLines),
        named(node, "marker", kMarkers), node.at("right_axis"), numbers(node.at("x")), numbers(node.at("y")),
        numbers(node.at("low")), numbers(node.at("high"))};
    for (const std::vector<double>* column : {&series.y, &series.low, &series.high})
        if (column->size() != series.x.size())
            throw Error("x, y, low and high of '" + series.name + "' are not of one length");
    return series;
}

json toJson(const Chart& chart)
{
    json node{{"kind", "lines"}, {"title", chart.title}, {"note", chart.note}, {"x_label", chart.xLabel},
        {"y_label", chart.yLabel}, {"right_label", chart.rightLabel}, {"empty_text", chart.emptyText},
        {"origin", chart.origin}, {"x_axis", nameOf(chart.xAxis, kXAxes)}, {"log_x", chart.logX},
        {"log_y", chart.logY}, {"series", json::array()}, {"references", json::array()},
        {"events", json::array()}};
    for (const Series& series : chart.series)
        node["series"].push_back(toJson(series));
    for (const Reference& reference : chart.references)
        node["references"].push_back({{"id", reference.id}, {"label", reference.label},
            {"value", reference.value}, {"color", reference.color}, {"line", nameOf(reference.line, kLines)},
            {"shows_value", reference.showsValue}});
    for (const Event& event : chart.events)
        node["events"].push_back({{"x", event.x}, {"label", event.label}});
    return node;
}

Chart chartFrom(const json& node)
{
    Chart chart{node.at("title"), node.at("note"), node.at("x_label"), node.at("y_label"),
        node.at("right_label"), node.at("empty_text"), node.at("origin"), named(node, "x_axis", kXAxes),
        node.at("log_x"), node.at("log_y"), {}, {}, {}};
    for (const json& series : node.at("series"))
        chart.series.push_back(seriesFrom(series));
    for (const json& reference : node.at("references"))
        chart.references.push_back({reference.at("id"), reference.at("label"), number(reference.at("value")),
            reference.at("color"), named(reference, "line", kLines), reference.at("shows_value")});
    for (const json& event : node.at("events"))
        chart.events.push_back({number(event.at("x")), event.at("label")});
    return chart;
}

json toJson(const HeatMap& map)
{
    return {{"kind", "heat-map"}, {"title", map.title}, {"note", map.note}, {"x_label", map.xLabel},
        {"y_label", map.yLabel}, {"value_label", map.valueLabel}, {"origin", map.origin},
        {"x_values", map.xValues}, {"y_values", map.yValues}, {"cells", map.cells}};
}

HeatMap heatMapFrom(const json& node)
{
    HeatMap map{node.at("title"), node.at("note"), node.at("x_label"), node.at("y_label"),
        node.at("value_label"), node.at("origin"), node.at("x_values"), node.at("y_values"), {}};
    for (const json& row : node.at("cells"))
        map.cells.push_back(numbers(row));
    return map;
}

json toJson(const BarChart& chart)
{
    json node{{"kind", "bars"}, {"title", chart.title}, {"note", chart.note},
        {"value_label", chart.valueLabel}, {"reference_label", chart.referenceLabel},
        {"origin", chart.origin}, {"subjects", json::array()}, {"groups", json::array()}};
    for (const BarSubject& subject : chart.subjects)
        node["subjects"].push_back({{"name", subject.name}, {"color", subject.color}});
    for (const BarGroup& group : chart.groups) {
        json bars = json::array();
        for (const Estimate& bar : group.bars)
            bars.push_back({{"mean", bar.mean}, {"low", bar.low}, {"high", bar.high}, {"runs", bar.runs},
                {"over_users", bar.overUsers}});
        node["groups"].push_back(
            {{"label", group.label}, {"reference", group.reference}, {"bars", std::move(bars)}});
    }
    return node;
}

BarChart barChartFrom(const json& node)
{
    BarChart chart{node.at("title"), node.at("note"), node.at("value_label"), node.at("reference_label"),
        node.at("origin"), {}, {}};
    for (const json& subject : node.at("subjects"))
        chart.subjects.push_back({subject.at("name"), subject.at("color")});
    for (const json& group : node.at("groups")) {
        BarGroup& made = chart.groups.emplace_back();
        made.label = group.at("label");
        made.reference = number(group.at("reference"));
        for (const json& bar : group.at("bars"))
            made.bars.push_back({number(bar.at("mean")), number(bar.at("low")), number(bar.at("high")),
                bar.at("runs"), bar.at("over_users")});
    }
    return chart;
}

Picture pictureFrom(const json& node)
{
    Picture picture{node.at("file"), node.at("run"), Chart{}};
    const auto kind = node.at("kind").get<std::string>();
    if (kind == "lines")
        picture.content = chartFrom(node);
    else if (kind == "heat-map")
        picture.content = heatMapFrom(node);
    else if (kind == "bars")
        picture.content = barChartFrom(node);
    else
        throw Error("kind is '" + kind + "'; this version draws lines, heat-map and bars");
    if (picture.file.empty() || picture.file.find('/') != std::string::npos)
        throw Error("file is '" + picture.file + "'; give a name without a folder");
    return picture;
}

} // namespace

void Series::add(double atX, double value)
{
    add(atX, value, kNaN, kNaN);
}

void Series::add(double atX, double value, double lowEnd, double highEnd)
{
    x.push_back(atX);
    y.push_back(value);
    low.push_back(lowEnd);
    high.push_back(highEnd);
}

void Series::addPercent(double atX, const Estimate& fraction)
{
    add(atX, 100 * fraction.mean, 100 * fraction.low, 100 * fraction.high);
}

const std::string& Picture::title() const
{
    return std::visit([](const auto& chart) -> const std::string& { return chart.title; }, content);
}

const std::string& Picture::note() const
{
    return std::visit([](const auto& chart) -> const std::string& { return chart.note; }, content);
}

json toJson(std::span<const Picture> pictures)
{
    json all = json::array();
    for (const Picture& picture : pictures) {
        json node = std::visit([](const auto& chart) { return toJson(chart); }, picture.content);
        node["file"] = picture.file;
        node["run"] = picture.run;
        all.push_back(std::move(node));
    }
    return {{"pictures", std::move(all)}};
}

std::vector<Picture> picturesFrom(const json& document)
{
    std::vector<Picture> pictures;
    try {
        for (const json& node : document.at("pictures"))
            pictures.push_back(pictureFrom(node));
    } catch (const json::exception& error) {
        throw Error("picture " + std::to_string(pictures.size() + 1) + ": " + error.what());
    } catch (const Error& error) {
        throw Error("picture " + std::to_string(pictures.size() + 1) + ": " + error.what());
    }
    return pictures;
}

std::string programName()
{
    return "FedCCTR Studio " FEDCCTR_VERSION;
}

} // namespace fedcctr::report
