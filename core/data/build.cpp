// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/build.h"

#include "core/data/import_options.h"
#include "core/data/import_support.h"
#include "core/data/markets.h"
#include "core/data/split.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace fedcctr::data {

namespace {

std::size_t at(std::int32_t number)
{
    return static_cast<std::size_t>(number);
}

std::string counted(std::size_t count, const std::string& what)
{
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

/// Brings each user's interactions together, in chronological order.
void sortInteractions(RawData& raw)
{
    const bool byTime = !raw.ordered;
    std::ranges::stable_sort(raw.interactions, [byTime](const RawInteraction& x, const RawInteraction& y) {
        return x.user != y.user ? x.user < y.user
                                : byTime && std::tie(x.time, x.nanos) < std::tie(y.time, y.nanos);
    });
}

/// Leaves out events that repeat an earlier one's user, item and time. Returns how many.
std::size_t dropRepetitions(std::vector<RawInteraction>& interactions)
{
    std::vector<std::size_t> order(interactions.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto key = [&](std::size_t i) {
        return std::tuple(
            interactions[i].user, interactions[i].item, interactions[i].time, interactions[i].nanos);
    };
    std::ranges::sort(
        order, [&](std::size_t x, std::size_t y) { return std::tuple(key(x), x) < std::tuple(key(y), y); });
    std::vector<bool> repeats(interactions.size());
    for (std::size_t i = 1; i < order.size(); ++i)
        repeats[order[i]] = key(order[i]) == key(order[i - 1]);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < interactions.size(); ++i) {
        if (!repeats[i])
            interactions[kept++] = interactions[i];
    }
    const std::size_t dropped = interactions.size() - kept;
    interactions.resize(kept);
    return dropped;
}

bool hasTwoDomains(const RawData& raw)
{
    return raw.markets.empty() && !raw.domainNames[1].empty();
}

/// Which users and items stay.
struct Kept {
    std::vector<bool> users;
    std::vector<bool> items;
    std::size_t userCount() const { return static_cast<std::size_t>(std::ranges::count(users, true)); }
    std::size_t itemCount() const { return static_cast<std::size_t>(std::ranges::count(items, true)); }
};

/// One pass of the filter; false if it changed nothing.
bool filterOnce(const RawData& raw, std::size_t leastPerUser, std::size_t leastPerItem, Kept& kept)
{
    std::vector<std::array<std::size_t, 2>> perUser(raw.users.size());
    std::vector<std::size_t> perItem(raw.items.size());
    for (const RawInteraction& e : raw.interactions) {
        if (kept.users[at(e.user)] && kept.items[at(e.item)]) {
            ++perUser[at(e.user)][index(raw.itemDomains[at(e.item)])];
            ++perItem[at(e.item)];
        }
    }
    bool changed = false;
    for (std::size_t user = 0; user < perUser.size(); ++user) {
        const std::array<std::size_t, 2>& own = perUser[user];
        if (kept.users[user] && (hasTwoDomains(raw) ? std::ranges::min(own) : own[0]) < leastPerUser) {
            kept.users[user] = false;
            changed = true;
        }
    }
    for (std::size_t item = 0; item < perItem.size(); ++item) {
        if (kept.items[item] && perItem[item] < leastPerItem) {
            kept.items[item] = false;
            changed = true;
        }
    }
    return changed;
}

/// Users of both domains and the k-core, repeated until stable; notes what went.
Kept filter(const RawData& raw, const ImportOptions& options, std::vector<std::string>& notes, Watch& watch)
{
    Kept kept{std::vector<bool>(raw.users.size(), true), std::vector<bool>(raw.items.size(), true)};
    // First the rule that always holds, so that the notes can tell the two apart.
    const std::size_t leastOfAll = raw.keepsUnusedItems ? 0 : 1;
    while (filterOnce(raw, 1, leastOfAll, kept))
        watch.look(0.9, "filtering");
    const std::size_t shared = kept.userCount();
    const std::size_t sharedItems = kept.itemCount();
    const std::string domains = raw.domainNames[0] + " and " + raw.domainNames[1];
    if (shared == 0 && !hasTwoDomains(raw))
        throw Error("no user is left: there are no interactions");
    if (shared == 0) {
        throw Error("no user is left: none of " + counted(raw.users.size(), "user")
            + " has interactions in both " + domains + "; choose domains or files with common users");
    }
    if (shared < raw.users.size())
        notes.push_back(
            counted(raw.users.size() - shared, "user") + " without interactions in both domains left out");

    const auto leastPerUser = static_cast<std::size_t>(std::max(1, options.minUserInteractions));
    const auto leastPerItem =
        std::max(leastOfAll, static_cast<std::size_t>(std::max(0, options.minItemInteractions)));
    while (filterOnce(raw, leastPerUser, leastPerItem, kept) && options.repeatFilter)
        watch.look(0.95, "filtering");
    // One pass may have taken a user's last interaction in a domain.
    while (!options.repeatFilter && filterOnce(raw, 1, leastOfAll, kept))
        watch.look(0.95, "filtering");
    const std::string rule = "at least " + std::to_string(leastPerUser) + " interactions per user"
        + (hasTwoDomains(raw) ? " and domain" : "") + " and " + std::to_string(leastPerItem) + " per item";
    if (kept.userCount() == 0) {
        throw Error("no user is left: " + counted(shared, "user") + " had interactions"
            + (hasTwoDomains(raw) ? " in both " + domains : std::string()) + ", but none remains with " + rule
            + "; lower --min-user or --min-item");
    }
    if (kept.userCount() < shared || kept.itemCount() < sharedItems) {
        notes.push_back(counted(shared - kept.userCount(), "user") + " and "
            + counted(sharedItems - kept.itemCount(), "item") + " left out by the filter (" + rule + ")");
    }
    return kept;
}

/// Moves the kept items to the dataset, domain A's first. Returns each raw item's new number, -1 for the
/// others.
std::vector<ItemId> moveItems(RawData& raw, const Kept& kept, Dataset& dataset)
{
    std::vector<ItemId> numbers(raw.items.size(), -1);
    for (const Domain domain : kDomains) {
        for (std::size_t item = 0; item < raw.items.size(); ++item) {
            if (!kept.items[item] || raw.itemDomains[item] != domain)
                continue;
            numbers[item] = dataset.itemCount();
            dataset.items.push_back(std::move(raw.items[item]));
        }
        if (domain == Domain::A)
            dataset.itemsInA = dataset.itemCount();
    }
    return numbers;
}

/// Moves the kept users and their sorted interactions.
void moveEvents(RawData& raw, const Kept& kept, const std::vector<ItemId>& itemNumbers, Dataset& dataset)
{
    std::int32_t current = -1;
    for (const RawInteraction& e : raw.interactions) {
        if (!kept.users[at(e.user)] || !kept.items[at(e.item)])
            continue;
        if (e.user != current) {
            current = e.user;
            dataset.users.push_back(std::move(raw.users[at(e.user)]));
            dataset.eventOffsets.push_back(dataset.allEvents.size());
        }
        const auto position =
            static_cast<std::int64_t>(dataset.allEvents.size() - dataset.eventOffsets.back());
        dataset.allEvents.push_back({dataset.provenance.hasTimes ? e.time : position, itemNumbers[at(e.item)],
            Role::Train, e.rating});
    }
    dataset.eventOffsets.push_back(dataset.allEvents.size());
}

} // namespace

Dataset buildDataset(RawData raw, const ImportOptions& options)
{
    Watch watch(options);
    Dataset dataset;
    dataset.domainNames = raw.domainNames;
    dataset.provenance = std::move(raw.provenance);
    Provenance& provenance = dataset.provenance;
    provenance.name = options.name;
    provenance.minUserInteractions = options.minUserInteractions;
    provenance.minItemInteractions = options.minItemInteractions;
    provenance.protocol = options.protocol;
    provenance.evaluationNegatives = options.evaluationNegatives;
    provenance.seed = options.seed;

    groupByMarket(raw);
    sortInteractions(raw);
    if (provenance.hasTimes && !raw.repetitionsAreGone) {
        if (const std::size_t repeated = dropRepetitions(raw.interactions); repeated > 0)
            provenance.notes.push_back(
                counted(repeated, "repetition") + " of the same user, item and time left out");
    }
    const Kept kept = filter(raw, options, provenance.notes, watch);
    const std::vector<ItemId> numbers = moveItems(raw, kept, dataset);
    moveEvents(raw, kept, numbers, dataset);
    dataset.markets = keptMarkets(raw, kept.users, kept.items);
    assignRoles(dataset);
    drawCandidates(dataset, watch);
    return dataset;
}

} // namespace fedcctr::data
