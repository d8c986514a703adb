// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/history.h"

#include <algorithm>

namespace fedcctr::data {

namespace {

/// May a target of role `target` know of an earlier event of role `event`?
constexpr bool mayKnow(Role target, Role event)
{
    return event <= target;
}
static_assert(mayKnow(Role::Train, Role::Train) && !mayKnow(Role::Train, Role::Validation));
static_assert(mayKnow(Role::Validation, Role::Validation) && !mayKnow(Role::Validation, Role::Test));
static_assert(mayKnow(Role::Test, Role::Validation));

} // namespace

History historyBefore(const Dataset& dataset, std::size_t user, std::size_t position, std::size_t length)
{
    const std::span<const Event> events = dataset.events(user);
    const Role target = events[position].role;
    History history;
    const auto add = [length](std::vector<ItemId>& sequence, ItemId item) {
        if (sequence.size() < length)
            sequence.push_back(item);
    };
    for (std::size_t i = position; i-- > 0;) {
        const Event& event = events[i];
        if (!mayKnow(target, event.role))
            continue;
        add(history.merged, event.item);
        add(dataset.domainOf(event.item) == Domain::A ? history.a : history.b, event.item);
        if (history.a.size() == length && history.b.size() == length)
            break;
    }
    for (std::vector<ItemId>* sequence : {&history.a, &history.b, &history.merged})
        std::ranges::reverse(*sequence);
    return history;
}

std::vector<Event> trainingEvents(const Dataset& dataset, std::size_t user)
{
    std::vector<Event> training;
    std::ranges::copy_if(dataset.events(user), std::back_inserter(training),
        [](const Event& e) { return e.role == Role::Train; });
    return training;
}

std::vector<ItemId> trainingItems(const Dataset& dataset, std::size_t user)
{
    std::vector<ItemId> items;
    for (const Event& event : dataset.events(user))
        if (event.role == Role::Train)
            items.push_back(event.item);
    std::ranges::sort(items);
    items.erase(std::ranges::unique(items).begin(), items.end());
    return items;
}

std::vector<double> trainingPopularity(const Dataset& dataset)
{
    std::vector<double> popularity(dataset.items.size());
    for (const Event& event : dataset.allEvents) {
        if (event.role == Role::Train)
            popularity[static_cast<std::size_t>(event.item)] += 1;
    }
    return popularity;
}

} // namespace fedcctr::data
