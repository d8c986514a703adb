// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/history.h"

#include <functional>
#include <stop_token>

namespace fedcctr::data {

/// One row of the report: whose, about which event, and what is wrong.
struct Leak {
    std::size_t user = 0;
    ItemId target = -1; ///< the event's item, -1 if the row is about the user's candidates
    std::string what;
};

struct LeakageReport {
    std::size_t targets = 0; ///< events whose histories were looked at
    std::size_t candidates = 0; ///< evaluation negatives that were looked at
    std::size_t examples = 0; ///< training examples that were drawn and looked at
    std::size_t leakCount = 0;
    std::vector<Leak> leaks; ///< the first kMostLeaks

    bool passed() const { return leakCount == 0; }

    /// Counts it, and keeps it while there is room.
    void add(Leak leak);

    /// Adds what another report found.
    void add(LeakageReport other);
};

inline constexpr std::size_t kMostLeaks = 200;

/// What each event of the user is by its place alone: counted from the end, per domain (mixed-last: of the
/// merged sequence) test, validation, then training events.
std::vector<Role> rolesByPlace(const Dataset& dataset, std::size_t user);

/// Gives a target's history, as historyBefore() does.
using HistoryOf = std::function<History(const Dataset&, std::size_t, std::size_t, std::size_t)>;

/// Checks, from the events alone and not by the code that made them, that
/// * the last event of a user in a domain (mixed-last: in the merged sequence) is the test target and the
/// last
///   but one the validation target where there are three or more, and all others are training events;
/// * no history holds its target's future, a held-out event before a training target, or a test event before
///   a validation target (as often as an item stands in a history it must stand in what may be known);
/// * no evaluation candidate is an item that the user touched, or of the other domain, or drawn twice.
/// `share` is told the progress, 0 to 1. Throws Error(Failure) "cancelled" if stopped.
LeakageReport checkLeakage(const Dataset& dataset, std::size_t length,
    const HistoryOf& historyOf = historyBefore, std::stop_token stop = {},
    const std::function<void(double share)>& share = {});

} // namespace fedcctr::data
