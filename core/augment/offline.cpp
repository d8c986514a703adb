// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/offline.h"

#include "core/augment/offline_items.h"
#include "core/data/history.h"

#include <algorithm>

namespace fedcctr::augment {

namespace {

/// Terms of several clicks come before those of a single one, then by weight.
std::vector<std::string> interests(const TermTable& terms, const TermSum& history)
{
    std::vector<TermSum::Term> ranked(history.terms().begin(), history.terms().end());
    const auto rank = [&](TermSum::Term term) {
        return std::tuple(-std::min(history.rows(term), 2), -history.weight(term), term);
    };
    std::ranges::sort(ranked, {}, rank);
    std::vector<std::string> words;
    for (std::size_t i = 0; i < std::min(kMostInterests, ranked.size()); ++i)
        words.push_back(terms.word(ranked[i]));
    return words;
}

/// What similarities to the rest of the history are usual for the user's own items of a domain.
struct Usual {
    double lowQuarter = 0;
    double highQuarter = 0;
    bool isKnown = false; ///< at least two items with text
};

Usual usualSimilarity(const data::Dataset& dataset, std::span<const data::Event> events, data::Domain domain,
    const TermTable& terms, const TermSum& history)
{
    std::vector<double> own;
    for (const data::Event& event : events)
        if (dataset.domainOf(event.item) == domain && !terms.row(event.item).empty())
            own.push_back(history.similarityWithout(terms.row(event.item)));
    if (own.size() < 2)
        return {};
    std::ranges::sort(own);
    return {own[own.size() / 4], own[3 * own.size() / 4], true};
}

/// At most half of the candidates either way, the clearest first.
void choose(const std::vector<data::ItemId>& candidates, const TermTable& terms, const TermSum& history,
    const Usual& usual, std::vector<data::ItemId>& liked, std::vector<data::ItemId>& disliked)
{
    if (!usual.isKnown)
        return;
    std::vector<std::pair<double, data::ItemId>> ranked;
    for (const data::ItemId item : candidates)
        if (!terms.row(item).empty())
            ranked.emplace_back(history.similarity(terms.row(item)), item);
    std::ranges::stable_sort(ranked, std::greater{}, [](const auto& entry) { return entry.first; });
    const std::size_t most = candidates.size() / 2;
    for (const auto& [similarity, item] : ranked)
        if (liked.size() < most && similarity > 0 && similarity >= usual.highQuarter)
            liked.push_back(item);
    for (auto entry = ranked.rbegin(); entry != ranked.rend(); ++entry)
        if (disliked.size() < most && (entry->first < usual.lowQuarter || entry->first <= 0))
            disliked.push_back(entry->second);
}

void augmentUser(const data::Dataset& dataset, std::size_t user, const TermTable& terms, TermSum& history,
    const OfflineOptions& options, Augmentation& result)
{
    const std::vector<data::Event> events = data::trainingEvents(dataset, user);
    history.clear();
    for (const data::Event& event : events)
        history.add(terms.row(event.item));
    result.users[user].interests = interests(terms, history);
    const Candidates candidates = sampleCandidates(dataset, user, options.candidates, options.seed);
    for (const data::Domain domain : data::kDomains) {
        const std::size_t d = data::index(domain);
        SequenceExtension& extension = result.sequences[user];
        choose(candidates[d], terms, history, usualSimilarity(dataset, events, domain, terms, history),
            extension.liked[d], extension.disliked[d]);
    }
}

} // namespace

std::optional<Augmentation> augmentOffline(
    const data::Dataset& dataset, const OfflineOptions& options, const std::stop_token& stop)
{
    const auto report = [&](double share, const char* what) {
        if (options.progress)
            options.progress(share, what);
        return !stop.stop_requested();
    };
    Augmentation result;
    result.backend = kOfflineName;
    result.users.resize(dataset.userCount());
    result.sequences.resize(dataset.userCount());
    if (!report(0, "reading the items' texts"))
        return std::nullopt;
    const TermTable terms(dataset);
    constexpr double kShareOfItems = 0.5;
    if (!report(kShareOfItems / 2, "items"))
        return std::nullopt;
    result.items = offlineItems(dataset, terms);
    TermSum history(terms.size());
    for (std::size_t user = 0; user < dataset.userCount() && !options.itemsOnly; ++user) {
        constexpr std::size_t kBetweenReports = 64;
        const double share = static_cast<double>(user) / static_cast<double>(dataset.userCount());
        if (user % kBetweenReports == 0
            && !report(kShareOfItems + (1 - kShareOfItems) * share, "users and sequences"))
            return std::nullopt;
        augmentUser(dataset, user, terms, history, options, result);
    }
    return report(1, "done") ? std::optional(std::move(result)) : std::nullopt;
}

} // namespace fedcctr::augment
