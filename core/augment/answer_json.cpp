// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/answer_json.h"

#include "core/augment/answer.h"
#include "core/base/error.h"
#include "core/data/text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>

namespace fedcctr::augment {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

/// Without maxLength and minLength, which several servers refuse in a schema; the checks look at lengths.
ordered_json wordList(std::size_t most)
{
    return {{"type", "array"}, {"items", {{"type", "string"}}}, {"maxItems", most}};
}

template <typename Words> ordered_json choice(const Words& words)
{
    return {{"type", "string"}, {"enum", words}};
}

ordered_json numberList(std::size_t most)
{
    ordered_json numbers = ordered_json::array();
    for (std::size_t number = 1; number <= most; ++number)
        numbers.push_back(number);
    return {{"type", "array"}, {"items", {{"type", "integer"}, {"enum", numbers}}}, {"maxItems", most}};
}

ordered_json propertiesOf(Stage stage, std::size_t candidates)
{
    switch (stage) {
    case Stage::Item:
        return {{"genres", wordList(kMostGenres)}, {"themes", wordList(kMostThemes)},
            {"keywords", wordList(kMostKeywords)}};
    case Stage::User:
        return {
            {"age", choice(kAges)}, {"gender", choice(kGenders)}, {"interests", wordList(kMostInterests)}};
    case Stage::Sequence:
        break;
    }
    return {{"liked_A", numberList(candidates)}, {"liked_B", numberList(candidates)},
        {"disliked_A", numberList(candidates)}, {"disliked_B", numberList(candidates)}};
}

std::string text(const ordered_json& row)
{
    return row.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

[[noreturn]] void damaged(const char* what, const std::string& expected, const json& found)
{
    throw Error(std::string(what) + " is "
        + data::shown(found.dump(-1, ' ', false, json::error_handler_t::replace)) + ", expected is "
        + expected);
}

const json& field(const json& row, const char* name, const char* what)
{
    const auto found = row.is_object() ? row.find(name) : row.end();
    if (!row.is_object() || found == row.end())
        damaged(what, std::string("an object with '") + name + "'", row);
    return *found;
}

std::vector<std::string> words(const json& row, const char* name, const char* what)
{
    const json& list = field(row, name, what);
    if (!list.is_array() || !std::ranges::all_of(list, [](const json& word) { return word.is_string(); }))
        damaged(name, "a list of words", list);
    return list.get<std::vector<std::string>>();
}

template <typename Words>
std::string choice(const json& row, const char* name, const char* what, const Words& allowed)
{
    const json& value = field(row, name, what);
    if (!value.is_string() || std::ranges::find(allowed, value.get<std::string>()) == allowed.end())
        damaged(name, "one of the words that are allowed there, e.g. \"unknown\"", value);
    return value.get<std::string>();
}

std::vector<data::ItemId> ids(const json& row, const char* name)
{
    const auto isId = [](const json& id) {
        return id.is_number_unsigned()
            && id.get<std::uint64_t>()
            <= static_cast<std::uint64_t>(std::numeric_limits<data::ItemId>::max());
    };
    const json& list = field(row, name, "a sequence's extension");
    if (!list.is_array() || !std::ranges::all_of(list, isId))
        damaged(name, "a list of item numbers", list);
    return list.get<std::vector<data::ItemId>>();
}

json parsed(std::string_view jsonText)
{
    json row = json::parse(jsonText, nullptr, false);
    if (row.is_discarded())
        throw Error("the accepted answer is " + data::shown(jsonText) + ", expected is a JSON object");
    return row;
}

} // namespace

std::string schemaOf(Stage stage, std::size_t candidatesPerDomain)
{
    const ordered_json properties = propertiesOf(stage, candidatesPerDomain);
    ordered_json required = ordered_json::array();
    for (const auto& property : properties.items())
        required.push_back(property.key());
    return text({{"type", "object"}, {"properties", properties}, {"required", required},
        {"additionalProperties", false}});
}

std::string toJson(const ItemFeatures& features)
{
    return text({{"genres", features.genres}, {"themes", features.themes}, {"keywords", features.keywords}});
}

std::string toJson(const UserProfile& profile)
{
    return text({{"age", profile.age}, {"gender", profile.gender}, {"interests", profile.interests}});
}

std::string toJson(const SequenceExtension& extension)
{
    return text({{"liked_A", extension.liked[0]}, {"liked_B", extension.liked[1]},
        {"disliked_A", extension.disliked[0]}, {"disliked_B", extension.disliked[1]}});
}

ItemFeatures itemFeaturesIn(const json& row)
{
    constexpr const char* kWhat = "an item's features";
    return {words(row, "genres", kWhat), words(row, "themes", kWhat), words(row, "keywords", kWhat)};
}

UserProfile userProfileIn(const json& row)
{
    constexpr const char* kWhat = "a user's profile";
    return {choice(row, "age", kWhat, kAges), choice(row, "gender", kWhat, kGenders),
        words(row, "interests", kWhat)};
}

SequenceExtension sequenceExtensionIn(const json& row)
{
    return {{ids(row, "liked_A"), ids(row, "liked_B")}, {ids(row, "disliked_A"), ids(row, "disliked_B")}};
}

ItemFeatures itemFeaturesFrom(std::string_view jsonText)
{
    return itemFeaturesIn(parsed(jsonText));
}

UserProfile userProfileFrom(std::string_view jsonText)
{
    return userProfileIn(parsed(jsonText));
}

SequenceExtension sequenceExtensionFrom(std::string_view jsonText)
{
    return sequenceExtensionIn(parsed(jsonText));
}

} // namespace fedcctr::augment
