// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/curvecontent.h"

#include <QStringList>

#include <functional>

namespace fedcctr::widgets {

struct ThemeColors;

/// Index of the value drawn nearest to x, or -1 for a series that shows nothing.
std::ptrdiff_t nearestIndex(const CurveSeries& series, double x);

/// "round 12", "time 0:01:30", …: an x as the axis counts it.
QString xText(const CurveContent& content, double x);

/// A line for the x, then "name: value" per visible series.
QStringList readOutLines(const CurveContent& content, double x);

/// The same for a tool tip, nearest series first; `distance` tells how far a value of a series is from the
/// pointer.
QString readOutHtml(const CurveContent& content, const ThemeColors& colors, double x,
    const std::function<double(const CurveSeries&, double value)>& distance);

} // namespace fedcctr::widgets
