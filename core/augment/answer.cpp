// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/answer.h"

#include "core/augment/answer_text.h"
#include "core/augment/normalise.h"
#include "core/data/json_text.h"
#include "core/data/text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace fedcctr::augment {

using nlohmann::json;

namespace {

/// A list is looked through no further than this: a model that repeats itself need not be followed to the
/// end.
constexpr std::size_t kMostLookedAt = 200;

std::string shownJson(const json& value)
{
    return data::shown(value.dump(-1, ' ', false, json::error_handler_t::replace));
}

std::size_t characters(std::string_view text)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// A whole number, also as text ("3").
std::optional<std::int64_t> wholeNumber(const json& value)
{
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{1} << 62)
        return std::int64_t{1} << 62;
    if (value.is_number_integer())
        return value.get<std::int64_t>();
    if (value.is_number_float()) {
        const double number = value.get<double>();
        const bool isWhole = std::trunc(number) == number && std::abs(number) < 1e15;
        return isWhole ? std::optional(static_cast<std::int64_t>(number)) : std::nullopt;
    }
    if (!value.is_string())
        return std::nullopt;
    const std::string text = data::collapsedSpace(value.get_ref<const std::string&>());
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool isNumber = error == std::errc{} && end == text.data() + text.size();
    return isNumber ? std::optional(number) : std::nullopt;
}

/// An answer being read: the fields taken so far and what was wrong.
class Reading {
public:
    /// `field` is one that the answer must have.
    Reading(std::string_view text, const char* field, bool isCutOff)
    {
        const std::string valid = data::parseableJson(text);
        const FinalText final = finalText(valid);
        if (std::optional<json> object = answerObject(final, field, isCutOff)) {
            m_object = std::move(*object);
            return;
        }
        m_isUsable = false;
        if (isCutOff)
            reject(Rejection::CutOff,
                std::string("the answer was cut off at the limit of tokens")
                    + (final.stillThinks ? ", within the model's thoughts" : "") + "; allow more");
        else if (final.stillThinks)
            reject(Rejection::OnlyThoughts, "the answer ends within the model's thoughts; allow more tokens");
        else
            reject(Rejection::NotJson,
                final.text.find('{') == std::string_view::npos
                    ? "the answer holds no JSON object"
                    : "the JSON object of the answer is cut off or has a mistake");
    }

    /// A list of words, normalised.
    std::vector<std::string> words(const char* name, std::size_t most)
    {
        std::vector<std::string> taken;
        const json* list = listField(name);
        for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
            if (taken.size() == most || i == kMostLookedAt) {
                reject(Rejection::TooLong,
                    std::string(name) + ": " + std::to_string(list->size()) + " entries, at most "
                        + std::to_string(most) + " are allowed");
                break;
            }
            if (std::optional<std::string> word = this->word(name, (*list)[i], taken))
                taken.push_back(std::move(*word));
        }
        return taken;
    }

    /// One word of a closed set, the first of which means that nothing is known.
    template <typename Words> std::string choice(const char* name, const Words& allowed)
    {
        const json* value = field(name);
        if (value == nullptr)
            return allowed[0];
        if (!value->is_string()) {
            refuse(Rejection::WrongType, std::string(name) + ": " + shownJson(*value) + " is not a text");
            return allowed[0];
        }
        const std::string found = normalised(value->get_ref<const std::string&>());
        for (const char* word : allowed)
            if (normalised(word) == found)
                return word;
        std::string all;
        for (const char* word : allowed)
            all += (all.empty() ? "" : ", ") + std::string(word);
        reject(Rejection::WrongType, std::string(name) + ": " + shownJson(*value) + " is not one of " + all);
        return allowed[0];
    }

    /// A list of candidates, by their numbers from 1.
    std::vector<data::ItemId> chosen(const char* name, std::span<const data::ItemId> candidates)
    {
        std::vector<data::ItemId> taken;
        const json* list = listField(name);
        for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
            if (i == kMostLookedAt) {
                reject(Rejection::TooLong,
                    std::string(name) + ": " + std::to_string(list->size()) + " entries, there are "
                        + std::to_string(candidates.size()) + " candidates");
                break;
            }
            const std::optional<data::ItemId> item = candidate(name, (*list)[i], candidates);
            if (item && std::ranges::find(taken, *item) != taken.end())
                reject(Rejection::Duplicate,
                    std::string(name) + ": " + shownJson((*list)[i]) + " is there twice");
            else if (item)
                taken.push_back(*item);
        }
        return taken;
    }

    void reject(Rejection reason, std::string detail) { m_rejected.push_back({reason, std::move(detail)}); }

    /// After all fields were asked for.
    template <typename Value> Checked<Value> finish(Value value)
    {
        for (const auto& member : m_object.items())
            if (std::ranges::find(m_asked, member.key()) == m_asked.end())
                reject(Rejection::UnknownField, data::shown(member.key()) + " is not a field of the answer");
        return {m_isUsable ? std::move(value) : Value{}, std::move(m_rejected), m_isUsable};
    }

private:
    void refuse(Rejection reason, std::string detail)
    {
        m_isUsable = false;
        reject(reason, std::move(detail));
    }

    const json* field(const char* name)
    {
        m_asked.emplace_back(name);
        if (!m_object.is_object())
            return nullptr;
        const auto found = m_object.find(name);
        if (found != m_object.end())
            return &*found;
        refuse(Rejection::MissingField, std::string("'") + name + "' is missing");
        return nullptr;
    }

    const json* listField(const char* name)
    {
        const json* value = field(name);
        if (value == nullptr || value->is_array())
            return value;
        refuse(Rejection::WrongType, std::string(name) + ": " + shownJson(*value) + " is not a list");
        return nullptr;
    }

    std::optional<std::string> word(
        const char* name, const json& entry, const std::vector<std::string>& taken)
    {
        const auto drop = [&](Rejection reason, const char* what) {
            reject(reason, std::string(name) + ": " + shownJson(entry) + what);
            return std::nullopt;
        };
        constexpr const char* kReplacement = "\xEF\xBF\xBD";
        if (!entry.is_string() || entry.get_ref<const std::string&>().find(kReplacement) != std::string::npos)
            return drop(Rejection::WrongType, " is not a readable text");
        std::string word = normalised(entry.get_ref<const std::string&>());
        if (word.empty())
            return drop(Rejection::WrongType, " holds no word");
        if (characters(word) > kMostWordLength)
            return drop(Rejection::TooLong, " is too long for a word");
        if (std::ranges::find(taken, word) != taken.end())
            return drop(Rejection::Duplicate, " is there twice");
        return word;
    }

    std::optional<data::ItemId> candidate(
        const char* name, const json& entry, std::span<const data::ItemId> candidates)
    {
        const std::optional<std::int64_t> number = wholeNumber(entry);
        if (!number)
            reject(Rejection::WrongType,
                std::string(name) + ": " + shownJson(entry) + " is not a candidate's number");
        else if (*number < 1 || *number > static_cast<std::int64_t>(candidates.size()))
            reject(Rejection::UnknownCandidate,
                std::string(name) + ": " + shownJson(entry) + " is not a candidate (1 to "
                    + std::to_string(candidates.size()) + ")");
        else
            return candidates[static_cast<std::size_t>(*number - 1)];
        return std::nullopt;
    }

    json m_object;
    std::vector<std::string> m_asked;
    std::vector<Rejected> m_rejected;
    bool m_isUsable = true;
};

/// What is liked and disliked says nothing.
void takeOutOfBoth(std::vector<data::ItemId>& liked, std::vector<data::ItemId>& disliked, const char* domain,
    std::span<const data::ItemId> candidates, Reading& reading)
{
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const auto inLiked = std::ranges::find(liked, candidates[i]);
        const auto inDisliked = std::ranges::find(disliked, candidates[i]);
        if (inLiked == liked.end() || inDisliked == disliked.end())
            continue;
        liked.erase(inLiked);
        disliked.erase(inDisliked);
        reading.reject(Rejection::InBothLists,
            std::to_string(i + 1) + " is in liked_" + domain + " and in disliked_" + domain);
    }
}

} // namespace

std::string nameOf(Rejection rejection)
{
    constexpr std::array<const char*, 11> kNames{"not JSON", "missing field", "wrong type", "unknown field",
        "unknown candidate", "duplicate", "in both lists", "too long", "cut off", "only thoughts",
        "declined"};
    return kNames[static_cast<std::size_t>(rejection)];
}

Checked<ItemFeatures> checkItem(std::string_view text, bool isCutOff)
{
    Reading reading(text, "genres", isCutOff);
    ItemFeatures features;
    features.genres = reading.words("genres", kMostGenres);
    features.themes = reading.words("themes", kMostThemes);
    features.keywords = reading.words("keywords", kMostKeywords);
    return reading.finish(std::move(features));
}

Checked<UserProfile> checkUser(std::string_view text, bool isCutOff)
{
    Reading reading(text, "age", isCutOff);
    UserProfile profile;
    profile.age = reading.choice("age", kAges);
    profile.gender = reading.choice("gender", kGenders);
    profile.interests = reading.words("interests", kMostInterests);
    return reading.finish(std::move(profile));
}

Checked<SequenceExtension> checkSequence(std::string_view text, const Candidates& candidates, bool isCutOff)
{
    Reading reading(text, "liked_A", isCutOff);
    SequenceExtension extension;
    extension.liked[0] = reading.chosen("liked_A", candidates[0]);
    extension.liked[1] = reading.chosen("liked_B", candidates[1]);
    extension.disliked[0] = reading.chosen("disliked_A", candidates[0]);
    extension.disliked[1] = reading.chosen("disliked_B", candidates[1]);
    takeOutOfBoth(extension.liked[0], extension.disliked[0], "A", candidates[0], reading);
    takeOutOfBoth(extension.liked[1], extension.disliked[1], "B", candidates[1], reading);
    return reading.finish(std::move(extension));
}

std::string repairMessage(std::span<const Rejected> rejected)
{
    constexpr std::size_t kMostNamed = 5;
    std::string message = "Your last answer cannot be used: ";
    for (std::size_t i = 0; i < std::min(rejected.size(), kMostNamed); ++i)
        message += (i == 0 ? "" : "; ") + rejected[i].detail;
    return message + ". Answer again with one corrected JSON object and nothing else.";
}

} // namespace fedcctr::augment
