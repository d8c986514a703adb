// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

namespace fedcctr::data {

/// What a model may look at before a target: the newest `length` events of each sequence, oldest first.
struct History {
    std::vector<ItemId> a;
    std::vector<ItemId> b;
    std::vector<ItemId> merged; ///< s^M of Eq. 2
};

/// The history of the event at `position` of the user: events strictly before it in the user's order.
/// No-leakage rule: a training target sees training events only (in both domains), a validation target no
/// test events, a test target everything before it.
History historyBefore(const Dataset& dataset, std::size_t user, std::size_t position, std::size_t length);

/// The user's training events, oldest first: the only events that training, popularity, co-occurrence
/// statistics and augmentation may see.
std::vector<Event> trainingEvents(const Dataset& dataset, std::size_t user);

/// The distinct items of a user's training events, in rising order.
std::vector<ItemId> trainingItems(const Dataset& dataset, std::size_t user);

/// How often each item occurs in training events. Size: items.
std::vector<double> trainingPopularity(const Dataset& dataset);

} // namespace fedcctr::data
