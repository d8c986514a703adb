// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/item_words.h"

#include "core/data/text.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace fedcctr::model {

namespace {

void addPhrase(std::string_view text, std::vector<Phrase>& field)
{
    Phrase phrase = data::words(text);
    if (!phrase.empty())
        field.push_back(std::move(phrase));
}

} // namespace

ItemWords itemWords(const data::Item& item, const augment::ItemFeatures& features)
{
    ItemWords fields;
    auto& [title, categories, genres, themes, keywords] = fields;
    addPhrase(item.title, title);
    for (std::string_view rest = item.categories; !rest.empty();) {
        const std::size_t end = std::min(rest.find(';'), rest.size());
        addPhrase(rest.substr(0, end), categories);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    for (const std::string& genre : features.genres)
        addPhrase(genre, genres);
    for (const std::string& theme : features.themes)
        addPhrase(theme, themes);
    for (const std::string& keyword : features.keywords)
        addPhrase(keyword, keywords);
    return fields;
}

ItemWords itemWords(
    const data::Dataset& dataset, std::span<const augment::ItemFeatures> features, std::size_t item)
{
    return features.empty() ? itemWords(dataset.items[item]) : itemWords(dataset.items[item], features[item]);
}

} // namespace fedcctr::model
