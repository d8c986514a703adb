// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/runsource.h"

#include <vector>

namespace fedcctr::studio {

/// A run directory without a summary.
struct FoundRun {
    RunSetup setup;
    bool isWritten = false; ///< an engine that nobody follows is at it
    int plannedRounds = 0;
};

/// Looks through the runs right below `folder` for those that were broken off and can go on, and those that
/// go on by themselves. Not for the GUI's thread.
std::vector<FoundRun> findUnfinishedRuns(const QString& folder);

/// The runs right below `folder` that have a summary, newest first, at most `most`. Not for the GUI's thread.
QStringList findFinishedRuns(const QString& folder, int most = 200);

} // namespace fedcctr::studio
