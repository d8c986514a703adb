// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/leakage.h"

#include "core/base/error.h"

#include <algorithm>
#include <iterator>

namespace fedcctr::data {

namespace {

const char* nameOf(Role role)
{
    switch (role) {
    case Role::Validation:
        return "validation";
    case Role::Test:
        return "test";
    case Role::Train:
        break;
    }
    return "training";
}

/// Looks at one user after the other.
class Checker {
public:
    Checker(const Dataset& dataset, std::size_t length, const HistoryOf& historyOf)
        : m_dataset(dataset)
        , m_length(length)
        , m_historyOf(historyOf)
    {
    }

    void check(std::size_t user)
    {
        const std::vector<Role> roles = rolesByPlace(m_dataset, user);
        const std::span<const Event> events = m_dataset.events(user);
        for (std::size_t position = 0; position < events.size(); ++position) {
            if (events[position].role != roles[position])
                add(user, events[position].item,
                    std::string("is a ") + nameOf(events[position].role) + " event; its place makes it a "
                        + nameOf(roles[position]) + " event");
            checkHistory(user, position, roles);
        }
        for (const Split split : kSplits)
            for (const Domain domain : kDomains)
                checkCandidates(user, split, domain);
    }

    LeakageReport takeReport() { return std::move(m_report); }

private:
    void add(std::size_t user, ItemId target, std::string what)
    {
        m_report.add({user, target, std::move(what)});
    }

    void checkHistory(std::size_t user, std::size_t position, const std::vector<Role>& roles)
    {
        ++m_report.targets;
        const std::span<const Event> events = m_dataset.events(user);
        std::vector<ItemId> allowed;
        for (std::size_t i = 0; i < position; ++i) {
            const bool isKnown = roles[i] == Role::Train || roles[position] == Role::Test
                || (roles[position] == Role::Validation && roles[i] == Role::Validation);
            if (isKnown)
                allowed.push_back(events[i].item);
        }
        std::ranges::sort(allowed);
        const History history = m_historyOf(m_dataset, user, position, m_length);
        checkSequence(user, position, roles, history.merged, allowed, "merged history");
        checkSequence(user, position, roles, history.a, allowed, "history of A");
        checkSequence(user, position, roles, history.b, allowed, "history of B");
    }

    /// `allowed` is sorted.
    void checkSequence(std::size_t user, std::size_t position, const std::vector<Role>& roles,
        std::vector<ItemId> sequence, const std::vector<ItemId>& allowed, const char* name)
    {
        std::ranges::sort(sequence);
        std::vector<ItemId> forbidden;
        std::ranges::set_difference(sequence, allowed, std::back_inserter(forbidden));
        for (const ItemId item : forbidden)
            add(user, m_dataset.events(user)[position].item,
                std::string("the ") + name + " of this " + nameOf(roles[position]) + " target holds '"
                    + m_dataset.items[static_cast<std::size_t>(item)].id + "', which it must not know");
    }

    void checkCandidates(std::size_t user, Split split, Domain domain)
    {
        std::vector<ItemId> touched;
        for (const Event& event : m_dataset.events(user))
            touched.push_back(event.item);
        std::ranges::sort(touched);
        const std::span<const ItemId> row = m_dataset.candidates(split, domain, user);
        m_report.candidates += row.size();
        std::vector<ItemId> candidates(row.begin(), row.end());
        std::ranges::sort(candidates);
        for (std::size_t i = 0; i < candidates.size(); ++i) {
            const ItemId item = candidates[i];
            const std::string& id = m_dataset.items[static_cast<std::size_t>(item)].id;
            if (m_dataset.domainOf(item) != domain)
                add(user, -1, "the candidate '" + id + "' is of the other domain");
            else if (std::ranges::binary_search(touched, item))
                add(user, -1, "the candidate '" + id + "' was touched by the user");
            else if (i > 0 && candidates[i - 1] == item)
                add(user, -1, "the candidate '" + id + "' is drawn twice");
        }
    }

    const Dataset& m_dataset;
    std::size_t m_length;
    const HistoryOf& m_historyOf;
    LeakageReport m_report;
};

} // namespace

void LeakageReport::add(Leak leak)
{
    ++leakCount;
    if (leaks.size() < kMostLeaks)
        leaks.push_back(std::move(leak));
}

void LeakageReport::add(LeakageReport other)
{
    targets += other.targets;
    candidates += other.candidates;
    examples += other.examples;
    leakCount += other.leakCount - other.leaks.size();
    for (Leak& leak : other.leaks)
        add(std::move(leak));
}

std::vector<Role> rolesByPlace(const Dataset& dataset, std::size_t user)
{
    const std::span<const Event> events = dataset.events(user);
    const bool mixed = dataset.provenance.protocol == Protocol::MixedLast;
    const auto sequenceOf = [&](const Event& event) {
        return mixed ? 0 : index(dataset.domainOf(event.item));
    };
    std::array<std::size_t, 2> all{};
    for (const Event& event : events)
        ++all[sequenceOf(event)];
    std::vector<Role> roles(events.size(), Role::Train);
    std::array<std::size_t, 2> seen{};
    for (std::size_t i = events.size(); i-- > 0;) {
        const std::size_t sequence = sequenceOf(events[i]);
        if (all[sequence] >= 3 && seen[sequence] < 2)
            roles[i] = seen[sequence] == 0 ? Role::Test : Role::Validation;
        ++seen[sequence];
    }
    return roles;
}

LeakageReport checkLeakage(const Dataset& dataset, std::size_t length, const HistoryOf& historyOf,
    std::stop_token stop, const std::function<void(double share)>& share)
{
    constexpr std::size_t kUsersPerReport = 64;
    Checker checker(dataset, length, historyOf);
    for (std::size_t user = 0; user < dataset.userCount(); ++user) {
        if (stop.stop_requested())
            throw Error("cancelled", Error::Kind::Failure);
        if (share && user % kUsersPerReport == 0)
            share(static_cast<double>(user) / static_cast<double>(dataset.userCount()));
        checker.check(user);
    }
    return checker.takeReport();
}

} // namespace fedcctr::data
