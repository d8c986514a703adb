// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/common/pace.h"
#include "app/studio/runs/runrecording.h"

#include <memory>

namespace fedcctr::studio {

/// "running", "budget spent", …
QString stateWord(RunState state);

/// Name of the icon in resources/icons.
QString stateIcon(RunState state);

/// A run that waits, goes on or has ended since the studio was started.
struct RunJob {
    QString run; ///< directory; names the job
    QString name; ///< for people
    RunSetup setup;
    RunState state = RunState::Queued;
    QString activity; ///< what is going on before the first round, e.g. "sending the dataset"
    RunRecording record; ///< what it has told since the studio follows it
    QStringList log; ///< the last lines of the engine's standard error
    Pace pace;
    bool canStopNow = false;
    bool canPause = true; ///< false for a run that a closed studio left to itself
    std::unique_ptr<RunSource> source;

    bool isActive() const { return source && source->isActive(); }
    bool isWaiting() const { return state == RunState::Queued; }

    /// Stopped, failed or interrupted; whether there is a checkpoint is on the disk.
    bool mayResume() const;

    /// Seconds to the last planned round, or nothing while it cannot be told.
    std::optional<double> timeLeft() const;
};

} // namespace fedcctr::studio
