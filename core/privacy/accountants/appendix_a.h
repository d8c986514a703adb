// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/accountants/accountants.h"

namespace fedcctr::privacy {

/// Eq. 37-43 as printed, at the paper's six orders.
const AccountantInfo& appendixAAccountant();

} // namespace fedcctr::privacy
