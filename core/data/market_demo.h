// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

#include <vector>

namespace fedcctr::data {

struct MarketDemoOptions {
    int markets = 4;
    int users = 300; ///< of the largest market; each next one has half as many, at least 30
    int items = 200; ///< per market
    std::uint64_t seed = 1;
};

/// What the generator drew and a test may want to know.
struct MarketDemo {
    Dataset dataset;
    std::vector<int> itemTopic; ///< by ItemId
    std::vector<int> userTopic; ///< the user's favourite
    /// By topic: what users whose favourite it is take besides. The same in every market, and no text tells it:
    /// what one market can learn from another.
    std::vector<int> partner;
};

/// Seeded synthetic markets: eight topics with the same words everywhere and, as many as the markets allow, one
/// topic of each market's own; a third of the articles of shared topics are sold in two neighbouring markets under
/// one id. A user takes items of a favourite topic and, more often, of that topic's partner. Throws Error below 2
/// or above 8 markets, 30 users or 120 items.
MarketDemo generateMarkets(const MarketDemoOptions& options);

} // namespace fedcctr::data
