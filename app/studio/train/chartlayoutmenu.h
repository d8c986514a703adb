// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QMenu;
class QWidget;

namespace fedcctr::studio {

class ChartGrid;

/// Which of the Train page's charts are shown, and how large.
QMenu* makeChartLayoutMenu(ChartGrid* grid, QWidget* parent);

} // namespace fedcctr::studio
