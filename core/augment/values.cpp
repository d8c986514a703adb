// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/values.h"

#include "core/data/history.h"
#include "core/data/text.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace fedcctr::augment {

using nlohmann::json;

namespace {

/// On one line, and no longer than so many characters.
std::string shortened(std::string_view text, std::size_t most)
{
    std::string line = data::collapsedSpace(data::repairedUtf8(text));
    std::size_t characters = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const bool begins = (static_cast<unsigned char>(line[i]) & 0xC0) != 0x80;
        if (begins && characters++ == most) {
            line.resize(i);
            return line + "…";
        }
    }
    return line;
}

template <typename Words> std::string joined(const Words& words, std::size_t most, const char* quote = "")
{
    std::string text;
    for (const auto& word : words) {
        if (most-- == 0)
            break;
        text += (text.empty() ? "" : ", ") + (quote + std::string(word) + quote);
    }
    return text;
}

/// "Books;Fantasy" -> "Books, Fantasy"
std::string categories(const std::string& stored)
{
    std::string text;
    for (const char c : stored)
        text += c == ';' ? std::string(", ") : std::string(1, c);
    return text;
}

class Values {
public:
    Values(const data::Dataset& dataset, std::span<const ItemFeatures> features, const PromptLimits& limits)
        : m_dataset(dataset)
        , m_features(features)
        , m_limits(limits)
    {
    }

    json domains() const
    {
        return {{"domain_A", m_dataset.domainNames[0]}, {"domain_B", m_dataset.domainNames[1]}};
    }

    json item(data::ItemId id) const
    {
        const data::Item& item = m_dataset.items[static_cast<std::size_t>(id)];
        return {{"title", shortened(item.title, m_limits.textLength)},
            {"categories", shortened(categories(item.categories), m_limits.textLength)},
            {"creator", shortened(item.creator, m_limits.textLength)},
            {"domain", m_dataset.domainNames[data::index(m_dataset.domainOf(id))]}};
    }

    json augmentedItems(std::span<const data::ItemId> ids) const
    {
        json list = json::array();
        for (const data::ItemId id : ids) {
            json entry = item(id);
            const auto place = static_cast<std::size_t>(id);
            if (place < m_features.size()) {
                entry["genres"] = joined(m_features[place].genres, m_limits.words);
                entry["themes"] = joined(m_features[place].themes, m_limits.words);
                entry["keywords"] = joined(m_features[place].keywords, m_limits.words);
            }
            list.push_back(std::move(entry));
        }
        return list;
    }

    json history(std::size_t user) const
    {
        const std::vector<data::Event> events = data::trainingEvents(m_dataset, user);
        const std::size_t shown = std::min(events.size(), m_limits.history);
        std::vector<data::ItemId> ids;
        for (std::size_t i = events.size() - shown; i < events.size(); ++i)
            ids.push_back(events[i].item);
        return augmentedItems(ids);
    }

private:
    const data::Dataset& m_dataset;
    std::span<const ItemFeatures> m_features;
    const PromptLimits& m_limits;
};

} // namespace

json itemValues(const data::Dataset& dataset, data::ItemId item, const PromptLimits& limits)
{
    const Values values(dataset, {}, limits);
    json all = values.domains();
    all["item"] = values.item(item);
    return all;
}

json userValues(const data::Dataset& dataset, std::size_t user, std::span<const ItemFeatures> items,
    const PromptLimits& limits)
{
    const Values values(dataset, items, limits);
    json all = values.domains();
    all["history"] = values.history(user);
    all["ages"] = joined(kAges, kAges.size(), "\"");
    all["genders"] = joined(kGenders, kGenders.size(), "\"");
    return all;
}

json sequenceValues(const data::Dataset& dataset, std::size_t user, std::span<const ItemFeatures> items,
    const UserProfile& profile, const Candidates& candidates, const PromptLimits& limits)
{
    const Values values(dataset, items, limits);
    json all = values.domains();
    all["history"] = values.history(user);
    all["profile"] = {{"age", profile.age == kAges[0] ? "" : profile.age},
        {"gender", profile.gender == kGenders[0] ? "" : profile.gender},
        {"interests", joined(profile.interests, kMostInterests)}};
    all["candidates_A"] = values.augmentedItems(candidates[0]);
    all["candidates_B"] = values.augmentedItems(candidates[1]);
    return all;
}

} // namespace fedcctr::augment
