// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/refilter.h"

#include "core/data/build.h"
#include "core/data/import_options.h"

namespace fedcctr::data {

RawData rawDataOf(const Dataset& dataset)
{
    RawData raw;
    raw.provenance = dataset.provenance;
    raw.domainNames = dataset.domainNames;
    raw.users = dataset.users;
    raw.items = dataset.items;
    raw.ordered = true;
    raw.repetitionsAreGone = true;
    std::vector<bool> used(dataset.items.size());
    raw.interactions.reserve(dataset.allEvents.size());
    for (std::size_t user = 0; user < dataset.userCount(); ++user) {
        for (const Event& event : dataset.events(user)) {
            raw.interactions.push_back(
                {event.time, static_cast<std::int32_t>(user), event.item, 0, event.rating});
            used[static_cast<std::size_t>(event.item)] = true;
        }
    }
    for (const Market& market : dataset.markets) {
        const auto number = static_cast<std::int32_t>(raw.markets.size());
        raw.markets.push_back(market.name);
        raw.userMarkets.insert(raw.userMarkets.end(), market.users, number);
        raw.itemMarkets.insert(raw.itemMarkets.end(), static_cast<std::size_t>(market.items), number);
    }
    for (ItemId item = 0; item < dataset.itemCount(); ++item)
        raw.itemDomains.push_back(dataset.domainOf(item));
    for (const bool isUsed : used)
        raw.keepsUnusedItems = raw.keepsUnusedItems || !isUsed;
    return raw;
}

Dataset refiltered(const Dataset& dataset, const ImportOptions& options)
{
    RawData raw = rawDataOf(dataset);
    raw.provenance.notes.push_back("made of the dataset " + dataset.provenance.name);
    return buildDataset(std::move(raw), options);
}

} // namespace fedcctr::data
