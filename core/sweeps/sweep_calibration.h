// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/settings/config.h"

#include <cstddef>

namespace fedcctr::sweeps {

/// Smallest privacy.noise_multiplier, rounded up in the sixth digit, with which a client lasts for all
/// planned rounds under the run's own ledger. Charged for participation, the client that takes part as often
/// as the average one, at even distances: those that are drawn more often stop earlier. Throws Error if no
/// value that the setting allows does.
double calibratedNoise(const settings::Config& config, std::size_t clients);

} // namespace fedcctr::sweeps
