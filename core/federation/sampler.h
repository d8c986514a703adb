// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/federation/options.h"
#include "core/privacy/ledger.h"

#include <cstddef>
#include <vector>

/// Who takes part in a round: the one place that decides it. The engine draws from here, ledgers are told
/// from here, sums are divided by what is said here, and forecasts play the same draws.
namespace fedcctr::federation {

/// The clients of round t (from 0), in rising order; a pure function of seed and round. Poisson: each by its
/// own coin, possibly none. Fixed: cohortSize() of them, without replacement. Cyclic: the group whose turn it
/// is. In central mode, fixed batches go through a new permutation of the users every epoch.
std::vector<std::int32_t> sampleClients(
    const FederationOptions& options, std::size_t clients, std::uint64_t seed, int round);

/// rho N rounded to a whole number of clients, at least 1: the size of a fixed cohort.
std::size_t cohortSize(const FederationOptions& options, std::size_t clients);

/// Clients in round t (from 0): the expected number under Poisson sampling, the exact one otherwise.
double expectedClients(const FederationOptions& options, std::size_t clients, int round);

/// What a ledger charges: the share of the clients that is drawn. Poisson: rho. Fixed: cohort / N. Cyclic:
/// the largest group's share.
privacy::LedgerSampling ledgerSampling(const FederationOptions& options, std::size_t clients);

/// The rounds (from 0) of a client that is drawn as often as the average one, at even distances: at least
/// one. Under cyclic sampling those of the group that has the last round, or of the first one if `fromFirst`.
std::vector<int> averageParticipation(
    const FederationOptions& options, std::size_t clients, bool fromFirst = false);

/// How often the average client is drawn in so many rounds.
double expectedUploads(const FederationOptions& options, std::size_t clients, double rounds);

/// The clients of a cohort that stay when each drops out with the given probability, by its own coin.
std::vector<std::int32_t> survivors(
    const std::vector<std::int32_t>& cohort, double dropout, std::uint64_t seed, int round);

/// Who of a round's draw has budget left and does not drop out, and what that leaves of the noise.
privacy::Attendance attendance(const FederationOptions& options, double dropout,
    const privacy::Ledger& ledger, std::uint64_t seed, int round);

} // namespace fedcctr::federation
