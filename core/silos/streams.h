// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace fedcctr::silos {

/// Names of the random streams of a federation of silos (see Random), apart from those of its trainers.
enum Stream : std::uint64_t {
    kStart = 0x5110,
    kWords,
    kNegatives,
    kCoder,
    kLocalCodes,
    kGlobalCodes,
    kDrawnSilos,
    kTrainer,
};

} // namespace fedcctr::silos
