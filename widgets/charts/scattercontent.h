// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QPointF>
#include <QStringList>

#include <vector>

namespace fedcctr::widgets {

enum class MarkerShape { Circle, Square, Triangle };
inline constexpr int kMarkerShapes = 3;

/// Points of a plane with what they look like. All lists are as long as `positions`, or empty.
struct ScatterContent {
    std::vector<QPointF> positions;
    std::vector<MarkerShape> shapes; ///< empty: circles
    QStringList shapeNames; ///< by shape, for the key; empty: the shape means nothing

    std::vector<int> categories; ///< colour by category: an index into `categoryNames`
    QStringList categoryNames;
    std::vector<double> values; ///< colour by value, where there are no categories; NaN: none
    QString colorName; ///< what the colour tells, for the key
    bool coloursAreShapes = false; ///< both say the same: the key names them once

    QStringList names; ///< of the points, for the table and the tool tip
};

} // namespace fedcctr::widgets
