// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/tokens.h"

#include "core/data/text.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

namespace fedcctr::model {

namespace {

std::int32_t hashedToken(std::string_view word, int buckets)
{
    std::uint64_t hash = 14695981039346656037U; // FNV-1a
    for (const char c : word)
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
    return static_cast<std::int32_t>((hash ^ (hash >> 32)) % static_cast<std::uint64_t>(buckets));
}

} // namespace

WeightedTokens itemTokens(const ItemWords& words, int buckets)
{
    const auto filled = std::ranges::count_if(words, [](const auto& field) { return !field.empty(); });
    std::map<std::int32_t, double> weights;
    for (const std::vector<Phrase>& field : words) {
        std::set<std::int32_t> tokens;
        for (const Phrase& phrase : field)
            for (const std::string& word : phrase)
                tokens.insert(hashedToken(word, buckets));
        for (const std::int32_t token : tokens)
            weights[token] += 1 / static_cast<double>(tokens.size()) / static_cast<double>(filled);
    }
    WeightedTokens result;
    for (const auto& [token, weight] : weights)
        result.emplace_back(token, static_cast<float>(weight));
    return result;
}

std::vector<std::int32_t> profileTokens(const augment::UserProfile& profile, int buckets)
{
    std::vector<std::int32_t> tokens;
    const auto add = [&](const std::string& word) {
        const std::int32_t token = hashedToken(word, buckets);
        if (std::ranges::find(tokens, token) == tokens.end())
            tokens.push_back(token);
    };
    if (profile.age != augment::kAges[0])
        add("age: " + profile.age);
    if (profile.gender != augment::kGenders[0])
        add("gender: " + profile.gender);
    for (const std::string& interest : profile.interests)
        std::ranges::for_each(data::words(interest), add);
    return tokens;
}

} // namespace fedcctr::model
