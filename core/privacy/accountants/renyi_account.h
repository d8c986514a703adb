// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/accountants/account.h"
#include "core/privacy/composition.h"

#include <memory>
#include <optional>
#include <string>

namespace fedcctr::privacy {

/// The account of Renyi composition: one sum without amplification, all rounds at all orders with it.
std::unique_ptr<Account> openRenyi(const TrainingPlan& plan, std::optional<double> order, RenyiCurve curve);

/// What is said of every number that rests on one worst case of three for a replaced client.
std::string verifiedNumerically();

} // namespace fedcctr::privacy
