// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/schedule.h"

#include <cmath>

namespace fedcctr::privacy {

double noiseMultiplierAt(const PrivacyOptions& options, int round)
{
    switch (options.schedule) {
    case Schedule::None:
        return 0;
    case Schedule::Static:
        return options.noiseMultiplier;
    case Schedule::AdaLdp:
        return options.noiseMultiplier * std::pow(options.decayRate, round);
    }
    return 0;
}

double noiseStd(const PrivacyOptions& options, int round)
{
    return options.clipNorm * noiseMultiplierAt(options, round);
}

} // namespace fedcctr::privacy
