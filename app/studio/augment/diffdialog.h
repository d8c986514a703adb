// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QWidget;

namespace fedcctr::studio {

/// Shows, line by line, how `before` became `after`: "-" and red for removed lines, "+" and green for new
/// ones.
void showDiff(QWidget* parent, const QString& title, const QString& before, const QString& after);

} // namespace fedcctr::studio
