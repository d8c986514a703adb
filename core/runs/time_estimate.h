// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runs/run_catalogue.h"
#include "core/settings/config.h"

#include <optional>

namespace fedcctr::runs {

struct TimeEstimate {
    double secondsPerRound = 0;
    std::string run; ///< name of the run whose rounds were timed
};

/// How long a round takes, from the newest finished run on the same dataset whose model, losses, sampling and
/// local work are the same, so that its rounds cost the same. None if there is no such run: nothing is
/// guessed.
std::optional<TimeEstimate> timeFromRuns(std::span<const RunEntry* const> runs,
    const settings::Config& config, const std::filesystem::path& dataset);

} // namespace fedcctr::runs
