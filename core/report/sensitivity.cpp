// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/sensitivity.h"

#include "core/base/numbers.h"
#include "core/runs/run_likeness.h"
#include "core/settings/config.h"
#include "core/settings/config_table.h"

#include <algorithm>
#include <optional>

namespace fedcctr::report {

namespace {

/// "0.0" and "0" are the same.
std::string valueName(const std::string& value)
{
    const std::optional<double> number = numberIn<double>(value);
    return number ? general(*number) : value;
}

std::vector<std::string> valueNames(const std::vector<std::string>& values)
{
    std::vector<std::string> names;
    std::ranges::transform(values, std::back_inserter(names), valueName);
    return names;
}

bool isLogarithmic(const std::string& key)
{
    const auto& fields = settings::fields();
    const auto field = std::ranges::find(fields, key, &settings::Field::key);
    return field != fields.end() && field->logarithmic;
}

/// The values as places on the axis; none if one of them is no number.
std::optional<std::vector<double>> placesOf(const std::vector<std::string>& values)
{
    std::vector<double> places;
    for (const std::string& value : values) {
        const std::optional<double> number = numberIn<double>(value);
        if (!number)
            return std::nullopt;
        places.push_back(*number);
    }
    return places;
}

} // namespace

void sortValues(std::vector<std::string>& values)
{
    std::ranges::stable_sort(values, {}, [](const std::string& value) {
        const std::optional<double> number = numberIn<double>(value);
        return std::pair(!number.has_value(), number.value_or(0));
    });
}

HeatMap heatMap(const SettingGrid& grid, const std::string& what)
{
    HeatMap map;
    map.xLabel = runs::settingSymbol(grid.xKey);
    map.yLabel = runs::settingSymbol(grid.yKey);
    map.title = what + ", over " + map.xLabel + " and " + map.yLabel;
    map.note = "Blank: not run. The best cell is outlined.";
    map.valueLabel = "%";
    map.origin = programName();
    map.xValues = valueNames(grid.xValues);
    map.yValues = valueNames(grid.yValues);
    for (const std::vector<Estimate>& row : grid.cells) {
        std::vector<double>& cells = map.cells.emplace_back();
        for (const Estimate& value : row)
            cells.push_back(100 * value.mean);
    }
    return map;
}

Chart settingChart(const std::string& what, const std::string& key, const std::vector<std::string>& values,
    std::span<const SettingLine> lines)
{
    Chart chart;
    chart.xLabel = runs::settingSymbol(key);
    chart.title = what + ", over " + chart.xLabel + "; bars: 95 % interval";
    chart.note = "Means with 95 % intervals: over seeds for several runs, over users for one";
    chart.yLabel = "%";
    chart.origin = programName();
    chart.xAxis = XAxis::Number;
    std::vector<double> places = placesOf(values).value_or(std::vector<double>());
    if (places.empty()) {
        std::string names;
        for (const std::string& value : values) {
            names += (names.empty() ? "" : ", ") + std::to_string(places.size()) + " = " + value;
            places.push_back(static_cast<double>(places.size()));
        }
        chart.xLabel += " (" + names + ')';
    } else {
        chart.logX =
            isLogarithmic(key) && std::ranges::all_of(places, [](double place) { return place > 0; });
    }
    for (const SettingLine& line : lines) {
        Series series{.name = line.name,
            .color = static_cast<int>(chart.series.size()),
            .line = line.isDashed ? Line::Dashed : Line::Solid,
            .marker = line.isDashed ? Marker::Square : Marker::Circle};
        for (std::size_t i = 0; i < line.values.size(); ++i)
            if (line.values[i].isKnown())
                series.addPercent(places[i], line.values[i]);
        chart.series.push_back(std::move(series));
    }
    return chart;
}

} // namespace fedcctr::report
