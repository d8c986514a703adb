// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/candidates.h"

#include "core/base/random.h"
#include "core/data/history.h"

#include <algorithm>
#include <unordered_set>

namespace fedcctr::augment {

namespace {

constexpr std::uint64_t kCandidateStream = 0xCA4D;

/// Draws until enough are found; with few items left to draw, all of them in random order.
std::vector<data::ItemId> draw(const data::Dataset& dataset, data::Domain domain,
    const std::unordered_set<data::ItemId>& known, std::size_t wanted, Random& random)
{
    const data::ItemId first = dataset.firstItem(domain);
    const auto bound = static_cast<std::uint64_t>(dataset.itemCount(domain));
    std::unordered_set<data::ItemId> seen = known;
    std::vector<data::ItemId> chosen;
    const auto consider = [&](data::ItemId item) {
        if (chosen.size() < wanted && seen.insert(item).second
            && hasText(dataset.items[static_cast<std::size_t>(item)]))
            chosen.push_back(item);
    };
    const std::uint64_t tries = std::min<std::uint64_t>(bound, 20 * wanted);
    for (std::uint64_t i = 0; i < tries && chosen.size() < wanted; ++i)
        consider(first + static_cast<data::ItemId>(random.below(bound)));
    if (chosen.size() == wanted)
        return chosen;
    std::vector<data::ItemId> rest;
    for (data::ItemId item = first; item < first + dataset.itemCount(domain); ++item)
        if (!seen.contains(item))
            rest.push_back(item);
    random.shuffle(std::span(rest));
    for (const data::ItemId item : rest)
        consider(item);
    return chosen;
}

} // namespace

bool hasText(const data::Item& item)
{
    return !item.title.empty() || !item.categories.empty() || !item.creator.empty();
}

Candidates sampleCandidates(const data::Dataset& dataset, std::size_t user, int perDomain, std::uint64_t seed)
{
    std::unordered_set<data::ItemId> known;
    for (const data::Event& event : data::trainingEvents(dataset, user))
        known.insert(event.item);
    Candidates candidates;
    for (const data::Domain domain : data::kDomains) {
        Random random(seed, {kCandidateStream, user, data::index(domain)});
        candidates[data::index(domain)] =
            draw(dataset, domain, known, static_cast<std::size_t>(perDomain), random);
    }
    return candidates;
}

} // namespace fedcctr::augment
