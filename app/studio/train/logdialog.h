// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QWidget;

namespace fedcctr::studio {

/// Opens a window with the end of the run's log.txt, or with `errors` if there is none. Does not block.
void showLog(QWidget* parent, const QString& runDirectory, const QString& errors);

} // namespace fedcctr::studio
