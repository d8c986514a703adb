// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/options.h"

namespace fedcctr::privacy {

/// sigma_t of Eq. 26 for round t from 0: the standard deviation per coordinate of the noise on one upload, in
/// the unit of the clip norm's gradient. 0 without noise.
double noiseStd(const PrivacyOptions& options, int round);

} // namespace fedcctr::privacy
