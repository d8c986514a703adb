// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace fedcctr::federation {

/// Names of the random streams of a run (see Random): each is drawn from the seed, its name and the round.
/// What protects clients is drawn from privacy::NoiseSource instead.
enum Stream : std::uint64_t {
    kClientSampling = 1,
    kExamples = 2,
    kDropout = 3,
    kCurveUsers = 5,
    kEpoch = 6,
    kGroups = 7,
    kDropouts = 8,
};

} // namespace fedcctr::federation
