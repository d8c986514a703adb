// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/build.h"
#include "core/data/dataset.h"

#include <string_view>
#include <utility>
#include <vector>

/// Multi-market datasets: markets are silos (organisations) with users of their own. An item of a market is
/// named "MARKET/ID"; equal ids in two markets are the same article, which training is only told where
/// market.identities says so.
namespace fedcctr::data {

/// The market of a user; the dataset has markets.
std::size_t marketOf(const Dataset& dataset, std::size_t user);

/// First item and number of items that a user may be offered in a domain: those of the user's market, where
/// there are markets.
std::pair<ItemId, ItemId> catalogueOf(const Dataset& dataset, std::size_t user, Domain domain);

/// "B000UXZQ42" of "ca/B000UXZQ42".
std::string_view articleOf(const Dataset& dataset, const Market& market, ItemId item);

/// What one silo holds: its users, items, events and candidates, numbered from 0, and one domain of its name.
Dataset marketSlice(const Dataset& dataset, std::size_t market);

/// All markets as one: items with the same article are one item, and each user's candidates stay those of the
/// user's market.
struct UnitedMarkets {
    Dataset dataset;
    std::vector<ItemId> items; ///< by the item's number in the markets: its number here
};
UnitedMarkets unitedMarkets(const Dataset& dataset);

/// The two domains of a dataset as two markets, for federations in which a domain is the client: a user is a
/// user of each, and neither knows what that user does in the other. Roles and candidates stay.
Dataset domainsAsMarkets(const Dataset& dataset);

struct MarketStatistics {
    Market market;
    std::size_t interactions = 0;
    std::size_t trainInstances = 0;
    std::size_t testInstances = 0;
    double meanLength = 0;
    ItemId sharedItems = 0; ///< that another market has too
};
std::vector<MarketStatistics> marketStatistics(const Dataset& dataset);

/// Users and items of a multi-market source renumbered market by market, each in the order that it had. Does
/// nothing without markets.
void groupByMarket(RawData& raw);

/// The markets of what is kept of grouped data. Throws Error if nothing of one is left.
std::vector<Market> keptMarkets(
    const RawData& raw, const std::vector<bool>& users, const std::vector<bool>& items);

} // namespace fedcctr::data
