// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/loaded_run.h"
#include "core/base/arguments.h"
#include "core/runs/run_directory.h"

namespace fedcctr::engine {

/// `train` of a federation whose clients are silos: the markets of a multi-market dataset. Throws Error, and
/// leaves nothing behind, if dataset and settings do not fit each other. Returns the exit code.
int trainSilos(const TrainingData& data, const settings::Config& config, const std::filesystem::path& dataset,
    const Arguments& arguments);

/// Goes on with one.
int resumeSilos(runs::RunDirectory run, const TrainingData& data, const settings::Config& config,
    const Arguments& arguments);

} // namespace fedcctr::engine
