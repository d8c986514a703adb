// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/accountant.h"
#include "core/privacy/training_plan.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fedcctr::privacy {

/// What a number is worth for the training that it was computed for.
enum class Standing : std::uint8_t {
    Bound, ///< a valid epsilon by the accountant that fits
    Loose, ///< valid, but by more than another one has to be
    NotABound, ///< no valid epsilon here, whether it is smaller or larger than one
};

/// A statement of a guarantee: never an epsilon alone.
struct Spend {
    double epsilon = 0;
    double delta = 0; ///< 0: the printed rule has none
    std::string accountant; ///< nameOf() of its kind; "rdp-three-point" for the variant of sampling without
                            ///< replacement that is verified numerically only
    double order = 0; ///< 0: none
    std::string adversary; ///< nameOf()
    std::string relation; ///< nameOf()
    std::string note; ///< the reason of its standing, and what else a reader must know
    Standing standing = Standing::NotABound;
};

/// "eq27", "appendix-a", "gaussian", "rdp", "pld".
std::string nameOf(AccountantKind kind);
/// "local", "aggregate", "released-model".
std::string nameOf(Adversary adversary);
/// "replace", "add-remove".
std::string nameOf(NeighbouringRelation relation);
/// "none", "poisson", "fixed".
std::string nameOf(ClientSampling sampling);

/// Why the accountant does not fit the plan's sampler, adversary or relation; none if it fits. One sentence
/// with the remedy.
std::optional<std::string> incompatibility(const TrainingPlan& plan, AccountantKind kind);

/// What a reader must know of a number that this accountant gives for the plan: Spend::note.
std::string noteOf(const TrainingPlan& plan, AccountantKind kind);

/// The relation that a number of this accountant is about: the printed rules bring their own.
NeighbouringRelation relationOf(AccountantKind kind, NeighbouringRelation configured);

/// Eq. 27 is never a bound: it has no delta. Appendix A is a loose one where it stays secret who took part in
/// Poisson samples, and where everybody takes part; the exact Gaussian is a loose one where sampling hides.
Standing standingOf(const TrainingPlan& plan, AccountantKind kind);

/// "bound", "loose", "not a bound here": for readers. nameOf(): "bound", "loose", "not-a-bound", for files.
std::string wordsOf(Standing standing);
std::string nameOf(Standing standing);

/// A number of this accountant with what belongs to it.
Spend spendOf(const TrainingPlan& plan, AccountantKind kind, const EpsilonAtOrder& found, double delta);

/// One sentence where delta is so large that it would allow giving away whole clients: above 1 / clients.
std::optional<std::string> deltaWarning(double delta, double clients);

/// What the training costs the client under one accountant. `order` fixes the Renyi order (zeta of Eq. 27,
/// where it is 2 unless given, alpha of Appendix A and of RDP, where all standard orders are tried unless
/// given). delta in (0, 1). Infinity only where the mathematics says so (no noise). Throws Error with
/// incompatibility()'s words.
Spend spend(const TrainingPlan& plan, AccountantKind kind, double delta, std::optional<double> order = {});

/// Every accountant that fits, in the order of the enumeration, the three-point variant after "rdp".
/// `withPld` false leaves out the one that takes more than milliseconds.
std::vector<Spend> spendUnderAll(const TrainingPlan& plan, double delta, bool withPld = true);

} // namespace fedcctr::privacy
