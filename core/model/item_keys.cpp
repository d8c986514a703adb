// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/item_keys.h"

#include "core/data/text.h"

#include <algorithm>
#include <map>
#include <string>

namespace fedcctr::model {

namespace {

std::vector<std::string> wordsOf(const data::Item& item)
{
    std::vector<std::string> words = data::words(item.title + ' ' + item.categories);
    std::ranges::sort(words);
    const auto repeated = std::ranges::unique(words);
    words.erase(repeated.begin(), repeated.end());
    return words;
}

/// A word's number, and in how many items of each domain it stands.
struct Known {
    std::int32_t number = 0;
    std::array<std::size_t, 2> items{};

    std::size_t count() const { return items[0] + items[1]; }
    bool isShared() const { return items[0] > 0 && items[1] > 0; }
};

} // namespace

std::vector<ItemKeys> itemKeys(const data::Dataset& dataset)
{
    std::map<std::string, Known> vocabulary;
    std::vector<std::vector<std::string>> words;
    for (data::ItemId item = 0; item < dataset.itemCount(); ++item) {
        words.push_back(wordsOf(dataset.items[static_cast<std::size_t>(item)]));
        for (const std::string& word : words.back())
            ++vocabulary[word].items[index(dataset.domainOf(item))];
    }
    std::int32_t next = 0;
    for (auto& [word, known] : vocabulary)
        known.number = next++;
    std::vector<ItemKeys> keys;
    for (const std::vector<std::string>& own : words) {
        std::vector<std::pair<std::size_t, std::int32_t>> rarest;
        for (const std::string& word : own)
            if (const Known& known = vocabulary.at(word); known.isShared())
                rarest.emplace_back(known.count(), known.number);
        std::ranges::sort(rarest);
        ItemKeys& of = keys.emplace_back();
        of.fill(-1);
        for (std::size_t i = 0; i < std::min(kKeysPerItem, rarest.size()); ++i)
            of[i] = rarest[i].second;
    }
    return keys;
}

bool shareKey(const ItemKeys& x, const ItemKeys& y)
{
    return std::ranges::any_of(
        x, [&](std::int32_t key) { return key >= 0 && std::ranges::find(y, key) != y.end(); });
}

} // namespace fedcctr::model
