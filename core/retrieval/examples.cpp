// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/retrieval/examples.h"

#include "core/base/random.h"
#include "core/data/text.h"
#include "core/retrieval/over_users.h"

#include <algorithm>
#include <functional>
#include <map>

namespace fedcctr::retrieval {

namespace {

/// Keeps the pairs with the lowest random numbers, which follow from the pair and the seed: each pair of
/// items has the same chance, however often it is met and in whatever order.
class Draw {
public:
    Draw(std::size_t most, std::uint64_t seed)
        : m_most(most)
        , m_seed(seed)
    {
    }

    void meet(const Example& example)
    {
        keep(derivedSeed(m_seed,
                 {static_cast<std::uint64_t>(example.source), static_cast<std::uint64_t>(example.own)}),
            example);
    }

    void meet(const Draw& other)
    {
        for (const auto& [number, example] : other.m_kept)
            keep(number, example);
    }

    std::vector<Example> nearestFirst() const
    {
        std::vector<Example> all;
        for (const auto& [number, example] : m_kept)
            all.push_back(example);
        std::ranges::stable_sort(all, std::ranges::greater(), &Example::cosine);
        return all;
    }

private:
    void keep(std::uint64_t number, const Example& example)
    {
        if (m_kept.size() == m_most && (m_most == 0 || number >= m_kept.rbegin()->first))
            return;
        m_kept.emplace(number, example);
        if (m_kept.size() > m_most)
            m_kept.erase(std::prev(m_kept.end()));
    }

    std::size_t m_most;
    std::uint64_t m_seed;
    std::map<std::uint64_t, Example> m_kept;
};

/// What a block of users has.
struct Tally {
    std::array<std::size_t, 3> pairs{};
    std::vector<Draw> draws; ///< by Finder
};

} // namespace

Examples examples(const data::Dataset& dataset, const Similarity& similarity, data::Domain target,
    const Query& query, std::size_t each, std::uint64_t seed, const std::stop_token& stop,
    const std::function<void(double)>& progress)
{
    const Tally none{{}, std::vector<Draw>(kFinders.size(), Draw(each, seed))};
    std::vector<Tally> blocks(userBlocks(dataset), none);
    const auto meet = [&](Tally& found, data::ItemId source, data::ItemId own) {
        const float cosine = similarity.cosine(source, own);
        const bool byVectors = static_cast<double>(cosine) > query.theta;
        const bool byKey = model::shareKey(similarity.keys[static_cast<std::size_t>(source)],
            similarity.keys[static_cast<std::size_t>(own)]);
        if (!byVectors && !byKey)
            return;
        const std::size_t finder = index(!byKey ? Finder::OnlyVectors
                : byVectors                     ? Finder::Both
                                                : Finder::OnlyHard);
        ++found.pairs[finder];
        found.draws[finder].meet({source, own, cosine});
    };
    overUsers(
        dataset, target,
        [&](std::size_t block, const Sequences& sequences) {
            const std::size_t asking = std::min(sequences.own.size(), query.length);
            for (const data::ItemId source : sequences.source)
                for (const data::ItemId own : std::span(sequences.own).last(asking))
                    meet(blocks[block], source, own);
        },
        stop, progress);
    Tally all = none;
    for (const Tally& block : blocks)
        for (const Finder finder : kFinders) {
            all.pairs[index(finder)] += block.pairs[index(finder)];
            all.draws[index(finder)].meet(block.draws[index(finder)]);
        }
    Examples result{.pairs = all.pairs, .drawn = {}};
    for (const Finder finder : kFinders)
        result.drawn[index(finder)] = all.draws[index(finder)].nearestFirst();
    return result;
}

std::vector<std::string> sharedWords(const data::Item& x, const data::Item& y)
{
    const std::vector<std::string> others = data::words(y.title + ' ' + y.categories);
    std::vector<std::string> shared;
    for (const std::string& word : data::words(x.title + ' ' + x.categories))
        if (std::ranges::find(others, word) != others.end()
            && std::ranges::find(shared, word) == shared.end())
            shared.push_back(word);
    return shared;
}

} // namespace fedcctr::retrieval
