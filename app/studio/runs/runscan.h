// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/runs/runsource.h"

#include <vector>

namespace fedcctr::studio {

/// A run directory without a summary.
struct FoundRun {
    RunSetup setup;
    bool isWritten = false; ///< an engine that nobody follows is at it
    int plannedRounds = 0;
};

/// Of these run directories, those that were broken off and can go on, and those that go on by themselves.
/// Not for the GUI's thread.
std::vector<FoundRun> findUnfinishedRuns(const QStringList& runs);

/// Whether a run that stood in the queue when the studio was closed, or crashed, still waits: a run that has
/// begun, or come to its end, does not wait, whatever the queue's last record says.
bool stillWaits(const RunSetup& setup);

} // namespace fedcctr::studio
