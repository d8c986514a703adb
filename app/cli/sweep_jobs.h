// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sweeps/sweep.h"

#include <stop_token>

namespace fedcctr::cli {

struct SweepRunOptions {
    std::filesystem::path folder; ///< of the sweep
    int jobs = 1; ///< engines side by side
    int threads = 1; ///< of each
};

struct SweepOutcome {
    std::size_t done = 0; ///< finished, now or before
    std::size_t failed = 0;
    std::size_t left = 0; ///< not finished since a stop was requested
};

/// Runs the jobs in engines of their own, resumes begun ones and leaves out finished ones; tells of them on
/// standard error. A job that another sweep works on is waited for. When `stop` is requested, all engines are
/// told to stop and waited for: each writes its checkpoint. Must be called from the main thread: the engines
/// stop by themselves when it ends.
SweepOutcome runJobs(
    const sweeps::SweepPlan& plan, const SweepRunOptions& options, const std::stop_token& stop);

} // namespace fedcctr::cli
