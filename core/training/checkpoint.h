// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/model.h"
#include "core/privacy/ledger.h"

#include <filesystem>
#include <map>

namespace fedcctr::training {

/// Everything a run needs to go on with the same numbers. Random streams need no state: see Random.
struct Checkpoint {
    int round = 0; ///< rounds done
    int steps = 0; ///< of the server: rounds in which somebody sent something
    double seconds = 0;
    model::Parameters parameters;
    std::vector<model::Parameters> moments; ///< of the server's optimiser
    std::vector<privacy::ClientSpend> ledger;
    int chargedRounds = 0; ///< Ledger::rounds()
    double clipNorm = 0; ///< theta, where it adapts
    int bestRound = 0; ///< 0: none yet
    double bestValue = 0; ///< mean validation NDCG@10 of both domains
    model::Parameters best;
    std::map<std::string, double> weights; ///< of the loss terms, by setting, as last set during the run
};

/// One binary file: magic with version, CRC-32 of the rest, a JSON header with names and shapes, float32
/// values. Written beside and renamed.
void writeCheckpoint(
    const Checkpoint& checkpoint, const std::vector<std::string>& names, const std::filesystem::path& file);

/// Throws Error naming the file if it is missing, damaged, of another version, or of another model than
/// `names` and the shapes of `like`. Tensors come back on the device of `like`. `uploaded`: uploadedPart() of
/// it, which the moments are like.
Checkpoint readCheckpoint(const std::filesystem::path& file, const std::vector<std::string>& names,
    const model::Parameters& like, const model::Parameters& uploaded);

/// The parameters after a round and nothing else: to look at, not to go on from.
struct Snapshot {
    int round = 0;
    model::Parameters parameters;
};

/// As a checkpoint's file, with a magic of its own.
void writeSnapshot(
    const Snapshot& snapshot, const std::vector<std::string>& names, const std::filesystem::path& file);

/// Throws as readCheckpoint().
Snapshot readSnapshot(
    const std::filesystem::path& file, const std::vector<std::string>& names, const model::Parameters& like);

} // namespace fedcctr::training
