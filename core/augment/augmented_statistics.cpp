// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/augmented_statistics.h"

#include <algorithm>
#include <limits>

namespace fedcctr::augment {

data::Statistics augmentedStatistics(const data::Dataset& dataset, const Augmentation& augmentation)
{
    data::Statistics result = data::statistics(dataset);
    if (result.users == 0)
        return result;
    const auto users = static_cast<double>(result.users);
    for (const data::Domain domain : data::kDomains) {
        data::DomainStatistics& numbers = result.domains[index(domain)];
        numbers.shortest = std::numeric_limits<std::size_t>::max();
        numbers.longest = 0;
        for (std::size_t user = 0; user < dataset.userCount(); ++user) {
            const std::size_t liked = augmentation.sequences[user].liked[index(domain)].size();
            const auto own = static_cast<std::size_t>(std::ranges::count_if(dataset.events(user),
                [&](const data::Event& event) { return dataset.domainOf(event.item) == domain; }));
            numbers.interactions += liked;
            numbers.trainInstances += liked;
            result.interactions += liked;
            numbers.shortest = std::min(numbers.shortest, own + liked);
            numbers.longest = std::max(numbers.longest, own + liked);
        }
        numbers.meanLength = static_cast<double>(numbers.interactions) / users;
        if (numbers.items > 0)
            numbers.sparsity =
                1 - static_cast<double>(numbers.interactions) / (users * static_cast<double>(numbers.items));
    }
    result.meanMergedLength = static_cast<double>(result.interactions) / users;
    return result;
}

std::vector<std::string> featureFields(const data::Dataset& dataset, const Augmentation* augmentation)
{
    std::vector<std::string> fields{"user id", "item id"};
    const auto add = [&fields](const char* name, const auto& entries, const auto& isFilled) {
        if (std::ranges::any_of(entries, isFilled))
            fields.emplace_back(name);
    };
    using data::Item;
    add("title", dataset.items, [](const Item& item) { return !item.title.empty(); });
    add("categories", dataset.items, [](const Item& item) { return !item.categories.empty(); });
    add("creator", dataset.items, [](const Item& item) { return !item.creator.empty(); });
    if (!augmentation)
        return fields;
    add("genres", augmentation->items, [](const ItemFeatures& item) { return !item.genres.empty(); });
    add("themes", augmentation->items, [](const ItemFeatures& item) { return !item.themes.empty(); });
    add("keywords", augmentation->items, [](const ItemFeatures& item) { return !item.keywords.empty(); });
    add("age", augmentation->users, [](const UserProfile& user) { return user.age != kAges[0]; });
    add("gender", augmentation->users, [](const UserProfile& user) { return user.gender != kGenders[0]; });
    add("interests", augmentation->users, [](const UserProfile& user) { return !user.interests.empty(); });
    return fields;
}

} // namespace fedcctr::augment
