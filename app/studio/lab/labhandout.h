// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QStringList>

namespace fedcctr::widgets {
class Chart;
}

namespace fedcctr::studio {

/// What stands on a hand-out of the Privacy lab.
struct LabHandout {
    QString title;
    QString origin;
    QStringList text; ///< paragraphs, the first one a heading; may be empty
    QStringList knobs;
    QStringList accountants;
    QList<const widgets::Chart*> charts;
};

/// One A4 page as PDF, charts as vectors. The file appears whole or not at all. Returns what went wrong,
/// empty if nothing did.
QString writeHandoutFile(const QString& path, const LabHandout& handout);

} // namespace fedcctr::studio
