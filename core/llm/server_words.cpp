// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/llm/server_words.h"

#include "core/base/utf8.h"
#include "core/data/html.h"
#include "core/data/json_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace fedcctr::llm {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kDeepest = 8;

std::string_view bytesOf(const HttpReply& reply)
{
    return {reply.body.constData(), static_cast<std::size_t>(reply.body.size())};
}

bool isPage(std::string_view lower)
{
    return lower.find("<html") != std::string_view::npos
        || lower.find("<!doctype html") != std::string_view::npos;
}

/// Takes an element with its content out of a page.
void takeOut(std::string& page, const std::string& element)
{
    for (;;) {
        const std::string lower = lowered(page);
        const std::size_t begin = lower.find('<' + element);
        if (begin == std::string::npos)
            return;
        const std::size_t end = lower.find("</" + element, begin);
        page.erase(begin, end == std::string::npos ? end : end - begin);
        if (end != std::string::npos)
            page.erase(begin, element.size() + 2);
    }
}

/// What a web page says.
std::string textOfPage(std::string page)
{
    for (const char* element : {"script", "style"})
        takeOut(page, element);
    std::string text;
    bool inTag = false;
    for (const char c : page) {
        if (c == '<' || c == '>') {
            inTag = c == '<';
            text += ' ';
        } else if (!inTag) {
            text += c;
        }
    }
    return data::decodedEntities(text);
}

/// "body.seed" of ["body", "seed"].
std::string placeIn(const Json& loc)
{
    std::string place;
    for (const Json& part : loc)
        place += (place.empty() ? "" : ".") + (part.is_string() ? part.get<std::string>() : part.dump());
    return place;
}

std::string wordsIn(const Json& json, int depth);

std::string wordsInList(const Json& list, int depth)
{
    constexpr std::size_t kMostNamed = 5;
    std::string words;
    for (std::size_t i = 0; i < std::min(list.size(), kMostNamed); ++i)
        if (const std::string one = wordsIn(list[i], depth); !one.empty())
            words += (words.empty() ? "" : "; ") + one;
    return words;
}

std::string wordsInObject(const Json& object, int depth)
{
    std::string words;
    for (const char* name : {"message", "msg", "error", "detail", "errors", "error_description",
             "description", "reason", "title"})
        if (const Json* member = memberOf(object, name); member && words.empty())
            words = wordsIn(*member, depth);
    // A gateway's own words say little; those of the server behind it are in here.
    if (const Json* behind = memberOf(object, "metadata"))
        if (const Json* raw = memberOf(*behind, "raw"); raw && raw->is_string())
            words += (words.empty() ? "" : ": ") + raw->get<std::string>();
    if (const Json* loc = memberOf(object, "loc"); loc && loc->is_array() && !words.empty())
        words = placeIn(*loc) + ": " + words;
    return words;
}

std::string wordsIn(const Json& json, int depth)
{
    if (json.is_string())
        return json.get<std::string>();
    if (depth == kDeepest)
        return {};
    return json.is_array() ? wordsInList(json, depth + 1)
        : json.is_object() ? wordsInObject(json, depth + 1)
                           : std::string();
}

void collectNames(const Json& json, int depth, std::vector<std::string>& names)
{
    if (depth == kDeepest || !json.is_structured())
        return;
    for (const auto& member : json.items()) {
        const Json& value = member.value();
        if (json.is_object() && (member.key() == "param" || member.key() == "parameter") && value.is_string())
            names.push_back(value.get<std::string>());
        else if (json.is_object() && member.key() == "loc" && value.is_array())
            names.push_back(placeIn(value));
        else if (!json.is_object() || member.key() != "input") // which repeats the request
            collectNames(value, depth + 1, names);
    }
}

} // namespace

Json parsedBody(const HttpReply& reply)
{
    return Json::parse(data::parseableJson(bytesOf(reply)), nullptr, false);
}

const Json* memberOf(const Json& json, const char* name)
{
    const auto found = json.is_object() ? json.find(name) : json.end();
    return found == json.end() ? nullptr : &*found;
}

std::string wordsOf(const HttpReply& reply)
{
    if (const Json json = parsedBody(reply); !json.is_discarded())
        if (std::string words = wordsIn(json, 0); !words.empty())
            return words;
    std::string body = repairedUtf8(bytesOf(reply));
    return isPage(lowered(body)) ? textOfPage(std::move(body)) : body;
}

std::vector<std::string> namedParameters(const HttpReply& reply)
{
    std::vector<std::string> names;
    if (const Json json = parsedBody(reply); !json.is_discarded())
        collectNames(json, 0, names);
    return names;
}

std::string lowered(std::string_view text)
{
    std::string lower(text);
    std::ranges::transform(
        lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return lower;
}

bool holdsAny(std::string_view text, std::initializer_list<std::string_view> words)
{
    return std::ranges::any_of(
        words, [text](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

std::size_t placeOf(std::string_view name, std::string_view text)
{
    const auto isPart = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
        const std::size_t end = at + name.size();
        if ((at == 0 || !isPart(text[at - 1])) && (end == text.size() || !isPart(text[end])))
            return at;
    }
    return std::string_view::npos;
}

} // namespace fedcctr::llm
