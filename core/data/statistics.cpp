// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/statistics.h"

#include "core/data/markets.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>

namespace fedcctr::data {

namespace {

DomainStatistics domainStatistics(const Dataset& dataset, Domain domain)
{
    DomainStatistics result;
    result.items = static_cast<std::size_t>(dataset.itemCount(domain));
    result.shortest = std::numeric_limits<std::size_t>::max();
    for (std::size_t user = 0; user < dataset.userCount(); ++user) {
        std::array<std::size_t, 3> perRole{};
        for (const Event& event : dataset.events(user)) {
            if (dataset.domainOf(event.item) == domain)
                ++perRole[static_cast<std::size_t>(event.role)];
        }
        const std::size_t length = perRole[0] + perRole[1] + perRole[2];
        result.interactions += length;
        result.shortest = std::min(result.shortest, length);
        result.longest = std::max(result.longest, length);
        result.trainInstances += perRole[static_cast<std::size_t>(Role::Train)];
        result.validationInstances += perRole[static_cast<std::size_t>(Role::Validation)];
        result.testInstances += perRole[static_cast<std::size_t>(Role::Test)];
    }
    if (dataset.userCount() == 0 || result.items == 0) {
        result.shortest = 0;
        return result;
    }
    const auto first = dataset.items.begin() + dataset.firstItem(domain);
    const auto titled = std::count_if(
        first, first + dataset.itemCount(domain), [](const Item& item) { return !item.title.empty(); });
    const auto users = static_cast<double>(dataset.userCount());
    const auto items = static_cast<double>(result.items);
    result.meanLength = static_cast<double>(result.interactions) / users;
    result.sparsity = 1 - static_cast<double>(result.interactions) / (users * items);
    result.titledItems = static_cast<double>(titled) / items;
    return result;
}

} // namespace

Statistics statistics(const Dataset& dataset)
{
    Statistics result;
    result.users = dataset.userCount();
    result.interactions = dataset.allEvents.size();
    if (result.users > 0)
        result.meanMergedLength =
            static_cast<double>(result.interactions) / static_cast<double>(result.users);
    for (const Domain domain : kDomains)
        result.domains[index(domain)] = domainStatistics(dataset, domain);
    return result;
}

nlohmann::json toJson(const Statistics& statistics, const Dataset& dataset)
{
    nlohmann::json json{{"name", dataset.provenance.name}, {"users", statistics.users},
        {"interactions", statistics.interactions}, {"mean_merged_length", statistics.meanMergedLength},
        {"protocol", protocolName(dataset.provenance.protocol)},
        {"evaluation_negatives", dataset.provenance.evaluationNegatives},
        {"domains", nlohmann::json::array()}};
    for (const Domain domain : kDomains) {
        const DomainStatistics& d = statistics.domains[index(domain)];
        json["domains"].push_back({{"name", dataset.domainNames[index(domain)]}, {"items", d.items},
            {"interactions", d.interactions}, {"mean_length", d.meanLength}, {"shortest", d.shortest},
            {"longest", d.longest}, {"sparsity", d.sparsity}, {"titled_items", d.titledItems},
            {"train_instances", d.trainInstances}, {"validation_instances", d.validationInstances},
            {"test_instances", d.testInstances}});
    }
    for (const MarketStatistics& one : marketStatistics(dataset))
        json["markets"].push_back({{"name", one.market.name}, {"users", one.market.users},
            {"items", one.market.items}, {"shared_items", one.sharedItems},
            {"interactions", one.interactions}, {"mean_length", one.meanLength},
            {"train_instances", one.trainInstances}, {"test_instances", one.testInstances}});
    return json;
}

} // namespace fedcctr::data
