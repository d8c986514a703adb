// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

#include <nlohmann/json_fwd.hpp>

namespace fedcctr::data {

struct DomainStatistics {
    std::size_t items = 0;
    std::size_t interactions = 0;
    double meanLength = 0;
    std::size_t shortest = 0;
    std::size_t longest = 0;
    double sparsity = 0; ///< 1 - interactions / (users * items)
    double titledItems = 0; ///< share of items with a title
    std::size_t trainInstances = 0;
    std::size_t validationInstances = 0;
    std::size_t testInstances = 0;
};

/// The rows of the paper's Table 3.
struct Statistics {
    std::size_t users = 0;
    std::size_t interactions = 0;
    double meanMergedLength = 0;
    std::array<DomainStatistics, 2> domains;
};

Statistics statistics(const Dataset& dataset);
nlohmann::json toJson(const Statistics& statistics, const Dataset& dataset);

} // namespace fedcctr::data
