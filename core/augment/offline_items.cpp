// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/offline_items.h"

#include "core/augment/answer.h"
#include "core/augment/normalise.h"

#include <algorithm>
#include <unordered_map>

namespace fedcctr::augment {

namespace {

constexpr int kLeastHeads = 10; ///< titles that share a head before it counts as a genre
constexpr int kLeastCategories = 2; ///< items of a category, likewise
constexpr int kLeastOfDomain = 5; ///< items of either domain with a word before it counts as a theme

using Names = std::vector<std::string>;

/// The last two telling words of the title's head, and the last alone: "olive oil", "oil".
Names headNames(const data::Item& item)
{
    const Names words = tellingWords(headOf(item.title));
    Names names;
    if (words.size() > 1)
        names.push_back(words[words.size() - 2] + ' ' + words.back());
    if (!words.empty())
        names.push_back(words.back());
    return names;
}

/// The parts of the category path, but not the name of the domain, which says nothing inside it.
Names categoryNames(const data::Item& item, const std::string& domain)
{
    Names names;
    for (std::string_view rest = item.categories; !rest.empty();) {
        const std::size_t end = std::min(rest.find(';'), rest.size());
        std::string name = normalised(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (!name.empty() && name != domain && name.size() <= kMostWordLength
            && std::ranges::find(names, name) == names.end())
            names.push_back(std::move(name));
    }
    return names;
}

/// Names per item and how many items have each.
class NameTable {
public:
    template <typename NamesOf> NameTable(std::span<const data::Item> items, const NamesOf& namesOf)
    {
        for (std::size_t i = 0; i < items.size(); ++i) {
            m_names.push_back(namesOf(i));
            for (const std::string& name : m_names.back())
                ++m_items[name];
        }
    }

    /// The item's names that at least `least` items have.
    Names frequent(std::size_t item, int least) const
    {
        Names names = m_names[item];
        std::erase_if(names, [&](const std::string& name) { return m_items.at(name) < least; });
        return names;
    }

private:
    std::vector<Names> m_names;
    std::unordered_map<std::string, int> m_items;
};

/// The row's words by falling rank, ties by alphabet; those of rank 0 are left out.
template <typename Rank>
Names strongest(const TermTable& terms, const TermTable::Row& row, std::size_t most, const Rank& rank)
{
    std::vector<std::pair<double, TermTable::Term>> ranked;
    for (const auto& [term, weight] : row) {
        const double value = rank(term, static_cast<double>(weight));
        if (value > 0)
            ranked.emplace_back(-value, term);
    }
    std::ranges::sort(ranked);
    Names names;
    for (std::size_t i = 0; i < std::min(most, ranked.size()); ++i)
        names.push_back(terms.word(ranked[i].second));
    return names;
}

} // namespace

std::string_view headOf(std::string_view title)
{
    static constexpr std::string_view kEnds[]{",", "(", "[", ":", ";", " - ", " \u2013 ", " with ", " for ",
        " by ", " from ", " in ", " of ", " to "};
    std::size_t end = title.size();
    for (const std::string_view mark : kEnds) {
        const std::size_t found = title.find(mark);
        if (found != std::string_view::npos && found > 0)
            end = std::min(end, found);
    }
    return title.substr(0, end);
}

std::vector<ItemFeatures> offlineItems(const data::Dataset& dataset, const TermTable& terms)
{
    const std::array<std::string, 2> domains{
        normalised(dataset.domainNames[0]), normalised(dataset.domainNames[1])};
    const auto domainOf = [&](std::size_t i) {
        return index(dataset.domainOf(static_cast<data::ItemId>(i)));
    };
    const NameTable categories(
        dataset.items, [&](std::size_t i) { return categoryNames(dataset.items[i], domains[domainOf(i)]); });
    const NameTable heads(dataset.items, [&](std::size_t i) { return headNames(dataset.items[i]); });
    const std::array<double, 2> sizes{
        static_cast<double>(dataset.itemsInA), static_cast<double>(dataset.itemCount(data::Domain::B))};

    std::vector<ItemFeatures> all(dataset.items.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        const TermTable::Row& row = terms.row(static_cast<data::ItemId>(i));
        ItemFeatures& features = all[i];
        features.genres = categories.frequent(i, kLeastCategories);
        if (features.genres.empty())
            features.genres = heads.frequent(i, kLeastHeads);
        features.genres.resize(std::min(features.genres.size(), kMostGenres));
        features.themes = strongest(terms, row, kMostThemes, [&](TermTable::Term term, double weight) {
            const std::array<int, 2>& counts = terms.items(term);
            const bool isGenre =
                std::ranges::find(features.genres, terms.word(term)) != features.genres.end();
            if (isGenre || std::min(counts[0], counts[1]) < kLeastOfDomain)
                return 0.0;
            const double a = counts[0] / sizes[0];
            const double b = counts[1] / sizes[1];
            return weight * std::min(a, b) / std::max(a, b);
        });
        features.keywords =
            strongest(terms, row, kMostKeywords, [](TermTable::Term, double weight) { return weight; });
    }
    return all;
}

} // namespace fedcctr::augment
