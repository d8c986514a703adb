// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/accountants/accountants.h"

namespace fedcctr::privacy {

/// Exact composition of the Gaussian mechanism (Balle and Wang 2018), without amplification.
const AccountantInfo& gaussianAccountant();

} // namespace fedcctr::privacy
