// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/answer_text.h"

#include <algorithm>
#include <array>
#include <string>

namespace fedcctr::augment {

using nlohmann::json;

namespace {

struct Tags {
    std::string_view open;
    std::string_view close;
};

/// As models and their chat templates write them, in lower case.
constexpr std::array kTags{Tags{"<think>", "</think>"}, Tags{"<thinking>", "</thinking>"},
    Tags{"<thought>", "</thought>"}, Tags{"<thoughts>", "</thoughts>"}, Tags{"<reasoning>", "</reasoning>"},
    Tags{"<reflection>", "</reflection>"}, Tags{"<scratchpad>", "</scratchpad>"},
    Tags{"<seed:think>", "</seed:think>"}, Tags{"[think]", "[/think]"}, Tags{"◁think▷", "◁/think▷"},
    Tags{"<|begin_of_thought|>", "<|end_of_thought|>"},
    Tags{"<|channel|>analysis", "<|channel|>final<|message|>"}};

std::string lowered(std::string_view text)
{
    std::string lower(text);
    std::ranges::transform(
        lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return lower;
}

/// Length of the balanced {…} at the start of the text, 0 if it is cut off or nested beyond reason.
std::size_t objectLength(std::string_view text)
{
    constexpr std::size_t kDeepest = 64;
    std::size_t depth = 0;
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                inString = false;
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            if (++depth > kDeepest)
                return 0;
        } else if ((c == '}' || c == ']') && --depth == 0) {
            return i + 1;
        }
    }
    return 0;
}

/// Does the text after an opening brace look like an object, rather than like prose?
bool looksLikeObject(std::string_view text)
{
    const std::size_t next = text.find_first_not_of(" \t\r\n", 1);
    return next != std::string_view::npos && (text[next] == '"' || text[next] == '}');
}

/// Nothing before the object but white space, a code fence, a list's bracket or a byte order mark.
bool isLeadIn(std::string_view text)
{
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    if (text.starts_with(kMark))
        text.remove_prefix(kMark.size());
    std::string rest;
    std::ranges::copy_if(text, std::back_inserter(rest),
        [](char c) { return std::string_view(" \t\r\n`~[").find(c) == std::string_view::npos; });
    const std::string word = lowered(rest);
    return word.empty() || word == "json";
}

} // namespace

FinalText finalText(std::string_view text)
{
    const std::string lower = lowered(text);
    std::size_t begin = 0;
    for (const Tags& tags : kTags)
        if (const std::size_t at = lower.rfind(tags.close); at != std::string::npos)
            begin = std::max(begin, at + tags.close.size());
    std::size_t end = std::string::npos;
    for (const Tags& tags : kTags)
        end = std::min(end, lower.find(tags.open, begin));
    return {text.substr(begin, end == std::string::npos ? end : end - begin), begin > 0,
        end != std::string::npos};
}

std::optional<json> answerObject(const FinalText& final, std::string_view field, bool isCutOff)
{
    constexpr int kMostTries = 64;
    const std::string_view text = final.text;
    std::optional<json> found;
    std::size_t brace = text.find('{');
    for (int i = 0; i < kMostTries && brace != std::string_view::npos; ++i) {
        const std::string_view rest = text.substr(brace);
        const std::size_t length = objectLength(rest);
        json object = json::parse(rest.substr(0, length), nullptr, false);
        const bool isObject = length > 0 && object.is_object();
        if (isObject && isLeadIn(text.substr(0, brace)))
            return object;
        if (isObject && (!found || object.contains(field) || !found->contains(field)))
            found = std::move(object);
        if (length == 0 && looksLikeObject(rest))
            return std::nullopt;
        brace = text.find('{', brace + (isObject ? length : 1));
    }
    return isCutOff && !final.endedThinking ? std::nullopt : found;
}

} // namespace fedcctr::augment
