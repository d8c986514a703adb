// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sweeps/sweep.h"

namespace fedcctr::sweeps {

/// The plan in `folder`/sweep.json. Throws Error if there is none or it is damaged.
SweepPlan readPlan(const std::filesystem::path& folder);

/// What the jobs would train on now. Empty where there is no dataset, as the engine will say.
runs::DataRecord trainedOn(const SweepPlan& plan, const std::vector<SweepJob>& jobs);

/// Throws Error naming what differs if a sweep that began on other data goes on with those of `now`.
void checkData(const std::filesystem::path& folder, const SweepPlan& plan, const runs::DataRecord& now);

/// Adds the plan's jobs to those in `folder`/sweep.json, and keeps the base beside it for the engine
/// (base.json). Throws Error if the folder holds a sweep of another base, dataset or content of the dataset,
/// or cannot be written.
void recordPlan(const std::filesystem::path& folder, const SweepPlan& plan);

/// What is left to do of a job, whether it is a run already or not: a sweep goes on with a run that was
/// stopped as with one that was killed, so that runs::RunState would tell it apart in vain.
enum class JobState : std::uint8_t {
    Waiting, ///< nothing there yet
    Begun, ///< goes on with --resume
    Finished, ///< its summary tells of the end of the training or of the budget
};

/// How far the job in that directory is. Never throws.
JobState stateOf(const std::filesystem::path& run);

} // namespace fedcctr::sweeps
