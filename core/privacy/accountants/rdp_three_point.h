// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/accountants/accountants.h"

namespace fedcctr::privacy {

/// Sampling without replacement by Poisson's formula: sharper than rdp, verified numerically only.
const AccountantInfo& rdpThreePointAccountant();

} // namespace fedcctr::privacy
