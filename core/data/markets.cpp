// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/markets.h"

#include "core/base/error.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace fedcctr::data {

namespace {

std::size_t at(std::int32_t number)
{
    return static_cast<std::size_t>(number);
}

/// New number of each, by market and then by number.
std::vector<std::int32_t> placesByMarket(const std::vector<std::int32_t>& markets)
{
    std::vector<std::int32_t> order(markets.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, {}, [&](std::int32_t i) { return markets[at(i)]; });
    std::vector<std::int32_t> places(markets.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        places[at(order[i])] = static_cast<std::int32_t>(i);
    return places;
}

template <typename T> void rearrange(std::vector<T>& values, const std::vector<std::int32_t>& places)
{
    std::vector<T> moved(values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        moved[at(places[i])] = std::move(values[i]);
    values = std::move(moved);
}

/// The candidates of the users from `first` on, with items renumbered.
ItemRows candidatesOf(
    const Dataset& dataset, Split split, std::size_t first, std::size_t users, const auto& renumbered)
{
    std::vector<ItemId> rows;
    const auto perUser = static_cast<std::size_t>(dataset.provenance.evaluationNegatives);
    rows.reserve(users * perUser);
    for (std::size_t user = first; user < first + users; ++user) {
        const auto own = dataset.candidates(split, Domain::A, user);
        if (own.empty())
            rows.insert(rows.end(), perUser, -1);
        else
            std::ranges::transform(own, std::back_inserter(rows), renumbered);
    }
    return ItemRows(std::move(rows));
}

/// No candidates at all, as a dataset holds them.
ItemRows noCandidates(const Dataset& dataset)
{
    const auto perUser = static_cast<std::size_t>(dataset.provenance.evaluationNegatives);
    return ItemRows(std::vector<ItemId>(dataset.userCount() * perUser, -1));
}

} // namespace

std::size_t marketOf(const Dataset& dataset, std::size_t user)
{
    const auto after = std::ranges::upper_bound(dataset.markets, user, {}, &Market::firstUser);
    return static_cast<std::size_t>(after - dataset.markets.begin()) - 1;
}

std::pair<ItemId, ItemId> catalogueOf(const Dataset& dataset, std::size_t user, Domain domain)
{
    if (!dataset.hasMarkets())
        return {dataset.firstItem(domain), dataset.itemCount(domain)};
    const Market& market = dataset.markets[marketOf(dataset, user)];
    return {market.firstItem, market.items};
}

std::string_view articleOf(const Dataset& dataset, const Market& market, ItemId item)
{
    return std::string_view(dataset.items[at(item)].id).substr(market.name.size() + 1);
}

Dataset marketSlice(const Dataset& dataset, std::size_t number)
{
    const Market& market = dataset.markets[number];
    Dataset slice;
    slice.provenance = dataset.provenance;
    slice.provenance.name += "/" + market.name;
    slice.provenance.notes.clear();
    slice.domainNames = {market.name, ""};
    const auto firstUser = static_cast<std::ptrdiff_t>(market.firstUser);
    slice.users.assign(dataset.users.begin() + firstUser,
        dataset.users.begin() + firstUser + static_cast<std::ptrdiff_t>(market.users));
    slice.items.assign(
        dataset.items.begin() + market.firstItem, dataset.items.begin() + market.firstItem + market.items);
    slice.itemsInA = market.items;
    for (std::size_t user = market.firstUser; user < market.firstUser + market.users; ++user) {
        slice.eventOffsets.push_back(slice.allEvents.size());
        std::ranges::copy(dataset.events(user), std::back_inserter(slice.allEvents));
    }
    slice.eventOffsets.push_back(slice.allEvents.size());
    for (Event& event : slice.allEvents)
        event.item -= market.firstItem;
    for (const Split split : kSplits)
        slice.negatives[index(split)] = {candidatesOf(dataset, split, market.firstUser, market.users,
                                             [&](ItemId item) { return item - market.firstItem; }),
            noCandidates(slice)};
    return slice;
}

UnitedMarkets unitedMarkets(const Dataset& dataset)
{
    UnitedMarkets united;
    Dataset& all = united.dataset;
    all = dataset;
    all.directory.clear();
    all.provenance.name += "/all";
    all.domainNames = {"all markets", ""};
    all.markets.clear();
    all.items.clear();
    std::unordered_map<std::string_view, ItemId> known;
    for (const Market& market : dataset.markets) {
        for (ItemId item = market.firstItem; item < market.firstItem + market.items; ++item) {
            const std::string_view article = articleOf(dataset, market, item);
            const auto [found, isNew] = known.emplace(article, all.itemCount());
            if (isNew) {
                all.items.push_back(dataset.items[at(item)]);
                all.items.back().id = article;
            }
            united.items.push_back(found->second);
        }
    }
    all.itemsInA = all.itemCount();
    const auto renumbered = [&](ItemId item) { return united.items[at(item)]; };
    for (Event& event : all.allEvents)
        event.item = renumbered(event.item);
    for (const Split split : kSplits)
        all.negatives[index(split)] = {
            candidatesOf(dataset, split, 0, dataset.userCount(), renumbered), noCandidates(all)};
    return united;
}

Dataset domainsAsMarkets(const Dataset& dataset)
{
    Dataset markets;
    markets.provenance = dataset.provenance;
    markets.domainNames = {"2 domains", ""};
    markets.items = dataset.items;
    markets.itemsInA = markets.itemCount();
    for (const Domain domain : kDomains) {
        const std::string& name = dataset.domainNames[index(domain)];
        markets.markets.push_back({name, markets.userCount(), dataset.userCount(), dataset.firstItem(domain),
            dataset.itemCount(domain)});
        for (ItemId item = dataset.firstItem(domain);
             item < dataset.firstItem(domain) + dataset.itemCount(domain); ++item)
            markets.items[at(item)].id.insert(0, name + "/");
        for (std::size_t user = 0; user < dataset.userCount(); ++user) {
            markets.users.push_back(dataset.users[user]);
            markets.eventOffsets.push_back(markets.allEvents.size());
            std::ranges::copy_if(dataset.events(user), std::back_inserter(markets.allEvents),
                [&](const Event& event) { return dataset.domainOf(event.item) == domain; });
        }
    }
    markets.eventOffsets.push_back(markets.allEvents.size());
    for (const Split split : kSplits) {
        std::vector<ItemId> rows;
        for (const ItemRows& own : dataset.negatives[index(split)])
            rows.insert(rows.end(), own.items().begin(), own.items().end());
        markets.negatives[index(split)] = {ItemRows(std::move(rows)), noCandidates(markets)};
    }
    return markets;
}

std::vector<MarketStatistics> marketStatistics(const Dataset& dataset)
{
    std::unordered_map<std::string_view, int> markets;
    for (const Market& market : dataset.markets)
        for (ItemId item = market.firstItem; item < market.firstItem + market.items; ++item)
            ++markets[articleOf(dataset, market, item)];
    std::vector<MarketStatistics> all;
    for (const Market& market : dataset.markets) {
        MarketStatistics& one = all.emplace_back();
        one.market = market;
        for (std::size_t user = market.firstUser; user < market.firstUser + market.users; ++user) {
            for (const Event& event : dataset.events(user)) {
                ++one.interactions;
                one.trainInstances += event.role == Role::Train;
                one.testInstances += event.role == Role::Test;
            }
        }
        one.meanLength = static_cast<double>(one.interactions) / static_cast<double>(market.users);
        for (ItemId item = market.firstItem; item < market.firstItem + market.items; ++item)
            one.sharedItems += markets[articleOf(dataset, market, item)] > 1;
    }
    return all;
}

void groupByMarket(RawData& raw)
{
    if (raw.markets.empty())
        return;
    const std::vector<std::int32_t> users = placesByMarket(raw.userMarkets);
    const std::vector<std::int32_t> items = placesByMarket(raw.itemMarkets);
    rearrange(raw.users, users);
    rearrange(raw.userMarkets, users);
    rearrange(raw.items, items);
    rearrange(raw.itemMarkets, items);
    for (RawInteraction& interaction : raw.interactions) {
        interaction.user = users[at(interaction.user)];
        interaction.item = items[at(interaction.item)];
    }
}

std::vector<Market> keptMarkets(
    const RawData& raw, const std::vector<bool>& users, const std::vector<bool>& items)
{
    std::vector<Market> markets;
    std::size_t firstUser = 0;
    ItemId firstItem = 0;
    for (std::size_t number = 0; number < raw.markets.size(); ++number) {
        const auto ofMarket = [number](const std::vector<std::int32_t>& of, const std::vector<bool>& kept) {
            std::size_t count = 0;
            for (std::size_t i = 0; i < of.size(); ++i)
                count += kept[i] && at(of[i]) == number;
            return count;
        };
        Market market{raw.markets[number], firstUser, ofMarket(raw.userMarkets, users), firstItem,
            static_cast<ItemId>(ofMarket(raw.itemMarkets, items))};
        if (market.users == 0)
            throw Error("market '" + market.name
                + "': nobody is left; lower --min-user or --min-item, or leave the market out with "
                  "--markets");
        firstUser += market.users;
        firstItem += market.items;
        markets.push_back(std::move(market));
    }
    return markets;
}

} // namespace fedcctr::data
