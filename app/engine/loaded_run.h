// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/augmentation.h"
#include "core/base/arguments.h"
#include "core/data/dataset.h"
#include "core/runs/run_directory.h"
#include "core/settings/config.h"
#include "core/training/trainer.h"

namespace fedcctr::engine {

/// The settings of a training; `augmentation` as prepared by loadForTraining().
training::TrainingOptions trainingOptions(const settings::Config& config, augment::Augmentation augmentation);

/// The settings of a run; model.file names the run's own copy where it has one.
settings::Config configOf(const runs::RunDirectory& run);

/// Keeps a copy of model.file in a new run, of a model that reads it.
void keepModelFile(const runs::RunDirectory& run, const settings::Config& config);

/// A dataset as it is on disk, and what PrivAugNet found, as far as the settings use it.
struct TrainingData {
    data::Dataset dataset;
    augment::Augmentation augmentation; ///< the used parts; its backend is empty if none is used
    runs::DataRecord record; ///< what tells all this from other data
};

/// As it lies there now: for a new run.
TrainingData loadForTraining(const std::filesystem::path& directory, const settings::Config& config);

/// As the run was trained on it: the same content and the same augmentation, whatever the dataset was given
/// since. Throws Error naming what differs or is gone. Of a run that recorded no checksums, standard error
/// tells that nothing could be checked.
TrainingData loadForRun(
    const runs::RunDirectory& run, const std::filesystem::path& directory, const settings::Config& config);

/// Options of a command that works on a finished run: --dataset, --device, --threads.
std::vector<OptionSpec> loadedRunOptions();

/// A run directory opened for use, its trainer at the run's checkpoint.
struct LoadedRun {
    /// `arguments` holds the run as its only positional one. Throws Error naming what is missing.
    LoadedRun(const Arguments& arguments, const std::string& command);

    runs::RunDirectory run;
    settings::Config config;
    TrainingData data;
    training::Trainer trainer;
};

} // namespace fedcctr::engine
