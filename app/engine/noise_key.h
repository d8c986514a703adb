// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/trainer.h"

namespace fedcctr::engine {

/// What only the run itself may know: the key of its noise (privacy.noise_source = secret) in
/// checkpoint/noise.key, readable by its owner alone, while the run can go on. A popularity histogram that
/// was drawn with it is a release and stays, in checkpoint/prior.bin.

/// Puts what is stored into the options; nothing for a reproducible source, or where nothing is stored.
void readSecrets(const std::filesystem::path& run, training::TrainingOptions& options);

/// Stores the key of a new run, and its prior. Nothing for a reproducible source.
void storeSecrets(const std::filesystem::path& run, const training::TrainingOptions& options,
    const std::vector<float>& prior);

/// A run that goes on needs its key: throws Error if it has a secret source and the key is gone.
void demandKey(const std::filesystem::path& run, const training::TrainingOptions& options);

/// At the end of a run: nobody can draw its noise again. False if the key is still there.
bool removeKey(const std::filesystem::path& run);

} // namespace fedcctr::engine
