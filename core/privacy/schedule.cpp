// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/schedule.h"

#include <cmath>

namespace fedcctr::privacy {

double noiseStd(const PrivacyOptions& options, int round)
{
    switch (options.schedule) {
    case Schedule::None:
        return 0;
    case Schedule::Static:
        return options.noiseMultiplier * options.clipNorm;
    case Schedule::AdaLdp:
        return options.noiseMultiplier * options.clipNorm * std::pow(options.decayRate, round);
    }
    return 0;
}

} // namespace fedcctr::privacy
