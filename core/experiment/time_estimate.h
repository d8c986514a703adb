// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/config.h"
#include "core/experiment/run_catalogue.h"

#include <optional>

namespace fedcctr::experiment {

struct TimeEstimate {
    double secondsPerRound = 0;
    std::string run; ///< name of the run whose rounds were timed
};

/// How long a round takes, from the newest finished run on the same dataset whose model, losses, sampling and
/// local work are the same, so that its rounds cost the same. None if there is no such run: nothing is
/// guessed.
std::optional<TimeEstimate> timeFromRuns(
    std::span<const RunEntry* const> runs, const Config& config, const std::filesystem::path& dataset);

} // namespace fedcctr::experiment
