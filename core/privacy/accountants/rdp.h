// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/accountants/accountants.h"

namespace fedcctr::privacy {

/// Renyi composition, of the Gaussian mechanism or of the sampled one where sampling amplifies.
const AccountantInfo& rdpAccountant();

} // namespace fedcctr::privacy
