// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/federated/options.h"

#include <cstddef>
#include <vector>

namespace fedcctr::federated {

/// The clients of round t (from 0), in rising order; a pure function of seed and round. Poisson: each by its
/// own coin, possibly none. Fixed: exactly round(rho N), without replacement. Cyclic: the group whose turn it
/// is. In central mode, fixed batches go through a new permutation of the users every epoch.
std::vector<std::int32_t> sampleClients(
    const FederationOptions& options, std::size_t clients, std::uint64_t seed, int round);

/// Expected number of clients in a round, at least 1.
std::size_t cohortSize(const FederationOptions& options, std::size_t clients);

/// The clients of a cohort that stay when each drops out with the given probability, by its own coin.
std::vector<std::int32_t> survivors(
    const std::vector<std::int32_t>& cohort, double dropout, std::uint64_t seed, int round);

} // namespace fedcctr::federated
