// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/arguments.h"
#include "core/data/dataset.h"
#include "core/experiment/config.h"
#include "core/experiment/run_directory.h"
#include "core/federated/trainer.h"

namespace fedcctr::engine {

federated::TrainingOptions trainingOptions(const experiment::Config& config);

/// Options of a command that works on a finished run: --dataset, --device, --threads.
std::vector<OptionSpec> loadedRunOptions();

/// A run directory opened for use, its trainer at the run's checkpoint.
struct LoadedRun {
    /// `arguments` holds the run as its only positional one. Throws Error naming what is missing.
    LoadedRun(const Arguments& arguments, const std::string& command);

    experiment::RunDirectory run;
    experiment::Config config;
    data::Dataset dataset;
    federated::Trainer trainer;
};

} // namespace fedcctr::engine
