// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/accountants/accountants.h"
#include "core/privacy/training_plan.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fedcctr::privacy {

/// A statement of a guarantee: never an epsilon alone.
struct Spend {
    double epsilon = 0;
    double delta = 0; ///< 0: the printed rule has none
    std::string accountant; ///< AccountantInfo::name
    double order = 0; ///< 0: none
    std::string adversary; ///< nameOf()
    std::string relation; ///< nameOf()
    std::string note; ///< the reason of its standing, and what else a reader must know
    Standing standing = Standing::NotABound;
};

/// "local", "aggregate", "released-model".
std::string nameOf(Adversary adversary);
/// "replace", "add-remove".
std::string nameOf(NeighbouringRelation relation);
/// "none", "poisson", "fixed".
std::string nameOf(ClientSampling sampling);

/// The relation that a number of this accountant is about: the printed rules bring their own.
NeighbouringRelation relationOf(const AccountantInfo& accountant, NeighbouringRelation configured);

/// "bound", "loose", "not a bound here": for readers. nameOf(): "bound", "loose", "not-a-bound", for files.
std::string wordsOf(Standing standing);
std::string nameOf(Standing standing);

/// A number of this accountant with what belongs to it.
Spend spendOf(
    const TrainingPlan& plan, const AccountantInfo& accountant, const EpsilonAtOrder& found, double delta);

/// One sentence where delta is so large that it would allow giving away whole clients: above 1 / clients.
std::optional<std::string> deltaWarning(double delta, double clients);

/// Throws Error unless delta is in (0, 1).
void checkDelta(double delta);

/// Why the accountant cannot be asked at that Renyi order; none if it can.
std::optional<std::string> orderProblem(const AccountantInfo& accountant, std::optional<double> order);

/// The account of the whole training under one accountant. `order` fixes the Renyi order, where it has one.
/// Throws Error with the words of its incompatibility, or naming the number that is out of range.
std::unique_ptr<Account> accountOf(
    const TrainingPlan& plan, const AccountantInfo& accountant, std::optional<double> order = {});

/// What the training costs the client under one accountant. `order` fixes the Renyi order (zeta of Eq. 27,
/// where it is 2 unless given, alpha of Appendix A and of RDP, where all standard orders are tried unless
/// given). delta in (0, 1). Infinity only where the mathematics says so (no noise). Throws as accountOf().
Spend spend(const TrainingPlan& plan, const AccountantInfo& accountant, double delta,
    std::optional<double> order = {});

/// Every accountant that fits, in the order of the list. `withSlow` false leaves out those that take more
/// than milliseconds.
std::vector<Spend> spendUnderAll(const TrainingPlan& plan, double delta, bool withSlow = true);

} // namespace fedcctr::privacy
