// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/options.h"

namespace fedcctr::privacy {

/// sigma_t / theta of Eq. 26 for round t from 0: the noise multiplier on what the adversary sees. 0 without
/// noise.
double noiseMultiplierAt(const PrivacyOptions& options, int round);

/// sigma_t: the standard deviation per coordinate of that noise at the first clip norm.
double noiseStd(const PrivacyOptions& options, int round);

} // namespace fedcctr::privacy
