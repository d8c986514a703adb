// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/audit.h"
#include "core/privacy/noise_source.h"
#include "core/training/cohort.h"

#include <functional>
#include <string>

namespace fedcctr::training {

/// Adds noise of the given standard deviation to an upload, e.g. freshNoise().
using NoiseMechanism =
    std::function<void(ClientUpdate& sum, double std, const privacy::NoiseSource& source, int round)>;

/// addNoise(), as a mechanism.
void freshNoise(ClientUpdate& sum, double std, const privacy::NoiseSource& source, int round);

/// Two uploads of which an attacker, who knows both, is to tell the one that was released.
struct UploadPair {
    ClientUpdate with;
    ClientUpdate without;
};

/// Membership scores of releases made from pairs, one from either side of each: the likelihood ratio over all
/// coordinates ("whole") and over each tensor by itself. `names`: of the tensors. `std`: of the noise,
/// in the unit of the uploads. `pairAt(i)` is called once for every i < releases.
std::vector<privacy::BlockScores> releaseScores(const std::function<const UploadPair&(std::size_t)>& pairAt,
    const std::vector<std::string>& names, double std, std::size_t releases, std::uint64_t seed,
    const NoiseMechanism& mechanism);

/// The same for the worst pair that the clip norm allows: two opposite uploads of that length, with the same
/// share in every tensor. `sigma` in clip norms.
std::vector<privacy::BlockScores> canaryScores(const ClientUpdate& like,
    const std::vector<std::string>& names, double clipNorm, double sigma, std::size_t releases,
    std::uint64_t seed, const NoiseMechanism& mechanism);

/// The update shortened to the clip norm if it is longer (Eq. 24).
void clip(ClientUpdate& update, double clipNorm);

} // namespace fedcctr::training
