// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

namespace fedcctr::data {

/// What dataset.json says of a dataset, without its events.
struct Summary {
    std::string name;
    std::array<std::string, 2> domainNames;
    std::size_t users = 0;
    std::array<std::size_t, 2> items{};
    std::size_t markets = 0; ///< of a multi-market dataset; else 0
    std::size_t interactions = 0;
    Protocol protocol = Protocol::LeaveOneOut;
    int evaluationNegatives = 0; ///< a target is ranked among one more
};

/// Reads dataset.json, and looks whether the parts are there in full length; that they are undamaged only
/// load() finds out. Cheap enough for a list of many. Throws Error naming the file and the remedy.
Summary readSummary(const std::filesystem::path& directory);

} // namespace fedcctr::data
