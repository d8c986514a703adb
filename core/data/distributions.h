// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

namespace fedcctr::data {

/// Events of a calendar month (UTC), per domain.
struct MonthCount {
    int year = 0;
    int month = 0; ///< 1 to 12
    std::array<std::size_t, 2> events{};
};

/// What the histograms of a dataset show. All events count, held-out ones too.
struct Distributions {
    std::array<std::vector<std::size_t>, 2> lengths; ///< per domain, by user
    std::array<std::vector<std::size_t>, 2> popularity; ///< per domain: events of each item, falling
    std::vector<double> ratios; ///< |s^B| / |s^A| by user; users without events in A are left out
    std::vector<MonthCount> months; ///< every month from the first to the last; empty without times
};

Distributions distributions(const Dataset& dataset);

} // namespace fedcctr::data
