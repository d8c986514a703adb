// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/accountants/account.h"
#include "core/privacy/training_plan.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
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

/// All that the rest of the product knows of one accountant. A new one is a pair of files in this folder and
/// its line in accountants.cpp.
struct AccountantInfo {
    std::string name; ///< in settings and files: "rdp"
    std::string title; ///< for readers: "Rényi DP"
    std::string shortTitle; ///< at the end of a line: "RDP"
    std::string method; ///< in a sentence: "Rényi differential privacy"
    std::string help; ///< half a sentence for the settings

    bool printed = false; ///< the paper's rule as printed: charges every round, and no proof stands behind it
    bool hasDelta = true; ///< false: its number is no epsilon at any delta
    bool takesOrder = false; ///< a Renyi order may be fixed for it
    bool usesZeta = false; ///< that order is the setting privacy.order, and 2 unless given
    bool creditsSampling = false; ///< its number falls where it stays secret who took part
    bool slow = false; ///< then takes seconds rather than milliseconds
    bool selectable = true; ///< may stop clients; false: only reported beside the others
    double leastOrder = 1; ///< an order has to be above 1 and at least this
    std::size_t ownSums = 0; ///< numbers that it keeps for each client; 0: the plain Gaussian's one does
    std::optional<NeighbouringRelation> relation; ///< that its number is about, whatever is configured

    /// Why it does not fit the plan's sampler, adversary or relation; none if it fits. One sentence with the
    /// remedy.
    std::optional<std::string> (*incompatibility)(
        const TrainingPlan&) = [](const TrainingPlan&) { return std::optional<std::string>(); };
    Standing (*standing)(const TrainingPlan&) = [](const TrainingPlan&) { return Standing::Bound; };
    /// No smaller number is true: what it gives is the mechanism's own curve, but for rounding.
    bool (*exact)(const TrainingPlan&) = [](const TrainingPlan&) { return false; };
    /// The reason of its standing, and what else a reader must know of its number.
    std::string (*note)(const TrainingPlan&) = nullptr;
    /// What is to be said of one number, e.g. that another order would give less. Null: nothing.
    std::string (*remark)(const TrainingPlan&, double delta, const EpsilonAtOrder& found) = nullptr;
    /// An account without rounds for a training like the plan, at a fixed Renyi order or at the best one. The
    /// plan is one that fits.
    std::unique_ptr<Account> (*open)(const TrainingPlan&, std::optional<double> order) = nullptr;
};

/// The accountant whose number is exact for plain composition: what stands beside a printed rule, and what a
/// single release costs.
inline constexpr const char* kExactAccountant = "gaussian";

/// The one list. Where several accountants are shown, they stand in its order.
std::span<const AccountantInfo* const> accountants();

/// Those that may stop clients: the choices of privacy.accountant.
std::vector<const AccountantInfo*> selectableAccountants();

/// Those with a proof before the printed rules: for who wants to read what holds first.
std::vector<const AccountantInfo*> provenAccountantsFirst();

/// "eq27, appendix-a, …": the selectable ones.
std::string accountantNames();

/// The accountant of that name. Throws Error with the names of those that there are.
const AccountantInfo& accountant(std::string_view name);

/// The same for names out of files, which may be of an older or newer version; null if there is none.
const AccountantInfo* findAccountant(std::string_view name);

/// The title of the accountant of that name; the name itself if there is none.
std::string titleOf(const std::string& name);

/// Numbers that a ledger keeps for each client beside the plain Gaussian's: all ownSums together.
std::size_t ownSumsInAll();

} // namespace fedcctr::privacy
