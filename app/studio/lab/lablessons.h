// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/lab/gradientchart.h"
#include "app/studio/lab/labcompute.h"

#include <QList>
#include <QString>

#include <functional>

namespace fedcctr::studio {

/// One step of the course: what is set, what to look at, what to read, and a question whose answer comes from
/// the numbers as they stand.
struct Lesson {
    QString title;
    QString text; ///< two to four sentences
    QString question;
    LabKnobs knobs;
    int averaged = 1; ///< K of the gradient chart
    QString chart; ///< object name of the card that is highlighted
    bool logBudget = true; ///< whether the budget chart's y axis is logarithmic
    bool onlyChosen = false; ///< the budget chart shows the chosen accountant's line alone
    std::function<QString(const LabResult&, const GradientChart::View&)> answer;
};

const QList<Lesson>& lessons();

} // namespace fedcctr::studio
