// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/accountants/accountants.h"

namespace fedcctr::privacy {

/// Eq. 27-28 as printed: a Renyi cost at one order, summed; without a delta no epsilon.
const AccountantInfo& eq27Accountant();

} // namespace fedcctr::privacy
