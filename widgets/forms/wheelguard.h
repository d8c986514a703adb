// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace fedcctr::widgets {

/// The box leaves the wheel to the page unless it has the focus: scrolling past it must not change it.
void guardWheel(QWidget* box);

} // namespace fedcctr::widgets
