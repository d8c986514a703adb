// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sweeps/sweep.h"

#include <QString>

#include <vector>

namespace fedcctr::studio {

class ExperimentDraft;
class RunQueue;

/// Queues the draft on the dataset, with `seeds` seeds from run.seed upwards. Returns what to say of it.
QString queueRuns(
    RunQueue& queue, const ExperimentDraft& draft, const QString& dataset, const QString& name, int seeds);

/// One run per job of a sweep: the draft with the job's settings.
void queueJobs(RunQueue& queue, const ExperimentDraft& draft, const QString& dataset,
    const std::vector<sweeps::SweepJob>& jobs);

/// "demo lambda1=0.2 seed=3 and 2 more": the preset and what differs from it.
QString proposedName(const ExperimentDraft& draft);

} // namespace fedcctr::studio
