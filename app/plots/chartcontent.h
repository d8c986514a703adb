// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/chart.h"
#include "widgets/charts/curvecontent.h"
#include "widgets/charts/heatmap.h"

#include <functional>

namespace fedcctr::widgets {
class CurvePlot;
class IntervalBars;
} // namespace fedcctr::widgets

namespace fedcctr::plots {

widgets::SeriesSpec specOf(const report::Series& series);
widgets::ReferenceLine lineOf(const report::Reference& reference);

/// Everything that the chart says, for a picture.
widgets::CurveContent contentOf(const report::Chart& chart);

/// The same on a widget, in place of what it showed; its view, its x axis' kind and its scales stay as they are.
void show(const report::Chart& chart, widgets::CurvePlot& plot);

/// `help`, where given, tells more of a cell or a bar in its read-out.
void show(const report::HeatMap& map, widgets::HeatMap& widget,
    const std::function<QString(std::size_t x, std::size_t y)>& help = {});
void show(const report::BarChart& chart, widgets::IntervalBars& widget,
    const std::function<QString(const report::Estimate& bar)>& help = {});

} // namespace fedcctr::plots
