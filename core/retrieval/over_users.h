// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/retrieval/retrieval.h"

namespace fedcctr::retrieval {

/// Into how many blocks the users of a dataset go.
std::size_t userBlocks(const data::Dataset& dataset);

/// Calls visit(block, sequences) for every user that has events of the domain before its test target there;
/// on all cores, the users of a block one after the other. `progress`: share done, from several threads.
/// Throws Error(Failure) when stopped.
void overUsers(const data::Dataset& dataset, data::Domain target,
    const std::function<void(std::size_t, const Sequences&)>& visit, const std::stop_token& stop,
    const std::function<void(double)>& progress);

} // namespace fedcctr::retrieval
