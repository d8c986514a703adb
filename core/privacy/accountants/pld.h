// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/accountants/accountants.h"

namespace fedcctr::privacy {

/// The privacy loss distribution: the tight curve where sampling amplifies.
const AccountantInfo& pldAccountant();

} // namespace fedcctr::privacy
