// SPDX-License-Identifier: GPL-3.0-or-later
// Internal to the charts, as curvecanvas.h.
#pragma once

#include "widgets/charts/curvecontent.h"
#include "widgets/charts/qcp.h"

namespace fedcctr::widgets {

/// Ticks that suit what an axis counts.
QSharedPointer<QCPAxisTicker> tickerFor(XKind kind, bool logarithmic);

/// Everything in view, in x and on the left axis.
QCPRange fittedX(const CurveContent& content);
QCPRange fittedY(const CurveContent& content);

} // namespace fedcctr::widgets
