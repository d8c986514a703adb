// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/chart.h"

namespace fedcctr::report {

/// Numbers by size, then words in the given order, so that axes rise.
void sortValues(std::vector<std::string>& values);

/// A test metric over two settings: `cells[y][x]`, fractions.
struct SettingGrid {
    std::string xKey;
    std::string yKey;
    std::vector<std::string> xValues;
    std::vector<std::string> yValues;
    std::vector<std::vector<Estimate>> cells;
};

/// `what` is shown, e.g. "NDCG@10 (%), test, Books"; in percent. Cells without a value are blank.
HeatMap heatMap(const SettingGrid& grid, const std::string& what);

/// A line over one setting, e.g. a domain's metric.
struct SettingLine {
    std::string name;
    bool isDashed = false; ///< with squares instead of circles
    std::vector<Estimate> values; ///< by the setting's value; fractions
};

/// Lines over the values of one setting, in percent with 95 % intervals. Values that are no numbers stand at
/// their places, and the axis names them.
Chart settingChart(const std::string& what, const std::string& key, const std::vector<std::string>& values,
    std::span<const SettingLine> lines);

} // namespace fedcctr::report
