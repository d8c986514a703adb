// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/options.h"

#include <vector>

namespace fedcctr::privacy {

/// How the clients of a round are chosen, as far as privacy depends on it.
enum class ClientSampling : std::uint8_t {
    None, ///< a fixed plan, or everybody: nothing is secret about who takes part
    Poisson, ///< each client by its own coin of the given rate
    Fixed, ///< a fixed number, without replacement
};

/// `rounds` rounds (a whole number) at the same noise.
struct NoiseLevel {
    double sigma =
        0; ///< standard deviation per coordinate of the noise on what the adversary sees, in clip norms
    double rounds = 1;
};

/// A whole training as accountants see it.
struct TrainingPlan {
    Adversary adversary = Adversary::Local;
    NeighbouringRelation relation = NeighbouringRelation::Replace;
    ClientSampling sampling = ClientSampling::None;
    double rate = 1; ///< q = rho: share of the clients in a round
    std::vector<NoiseLevel>
        rounds; ///< all rounds, in order: what the printed rules and amplified ones charge
    std::vector<NoiseLevel>
        participations; ///< those of the client in question: what local and aggregate charge

    double clients = 0; ///< N, which delta should stay below the inverse of; 0: not known

    /// Sum of (Delta/sigma)^2 over plain Gaussian releases beside the rounds, e.g. a private histogram.
    double otherMuSquared = 0;

    /// The same between two sets that differ by one client's data, whatever the relation: a histogram of
    /// vectors without negative entries moves by sqrt 2 then, by 1 where a client is there or not.
    double otherMuSquaredOfReplacing() const
    {
        return relation == NeighbouringRelation::Replace ? otherMuSquared : 2 * otherMuSquared;
    }

    /// Delta / theta: 2 for replace, 1 for add-remove.
    double sensitivity() const { return relation == NeighbouringRelation::Replace ? 2 : 1; }

    /// True if the adversary does not know who took part, so that sampling amplifies.
    bool amplified() const
    {
        return adversary == Adversary::ReleasedModel && sampling != ClientSampling::None && rate < 1;
    }
};

/// Static and AdaLDP schedules as numbers: sigma_t = sigma0 decay^t for t = 0 … rounds - 1.
struct ScheduleShape {
    double sigma0 = 1; ///< in clip norms
    double decay = 1; ///< R; 1: static
    double rounds = 1; ///< T
    /// Rounds that one client takes part in, at most. The worst case is assumed: the last ones, whose noise
    /// is least.
    double participations = 1;
};

/// Fills `rounds` and `participations` of the plan. One level for a static schedule, else one per round.
/// Throws Error if a number is out of range, e.g. more participations than rounds.
void applySchedule(TrainingPlan& plan, const ScheduleShape& shape);

} // namespace fedcctr::privacy
