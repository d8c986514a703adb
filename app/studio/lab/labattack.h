// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace fedcctr::widgets {
class CurvePlot;
}

namespace fedcctr::studio {

class ObserverChart;
struct LabResult;

/// What who looks at the training can come to believe.
void showObserver(ObserverChart& chart, const LabResult& result);

/// The chart's three series: the bound of what is spent, the best attack exactly where it is known, guessing.
void showAttack(widgets::CurvePlot& plot, const LabResult& result);

} // namespace fedcctr::studio
