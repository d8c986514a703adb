// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/federated/options.h"

#include <cstddef>
#include <vector>

namespace fedcctr::federated {

/// The clients of round t (from 0), in rising order; a pure function of seed and round. Poisson: each by its
/// own coin, possibly none. Fixed: exactly round(rho N), without replacement. In central mode, fixed batches
/// go through a new permutation of the users every epoch.
std::vector<std::int32_t> sampleClients(
    const FederationOptions& options, std::size_t clients, std::uint64_t seed, int round);

/// Expected number of clients in a round, at least 1.
std::size_t cohortSize(const FederationOptions& options, std::size_t clients);

} // namespace fedcctr::federated
