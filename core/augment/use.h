// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/augmentation.h"
#include "core/augment/options.h"

namespace fedcctr::augment {

/// Is any part used?
bool isUsed(const AugmentUse& use);

/// The parts that are used and hold anything; the others come back empty, as if they had never been made.
Augmentation usedPart(Augmentation augmentation, const AugmentUse& use);

} // namespace fedcctr::augment
