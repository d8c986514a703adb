// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace fedcctr::data {

namespace {

constexpr std::uint32_t kReplacement = 0xFFFD;

constexpr std::array<std::pair<std::string_view, std::uint32_t>, 44> kEntities{{
    {"amp", '&'},
    {"quot", '"'},
    {"apos", '\''},
    {"lt", '<'},
    {"gt", '>'},
    {"nbsp", ' '},
    {"copy", 0xA9},
    {"reg", 0xAE},
    {"trade", 0x2122},
    {"deg", 0xB0},
    {"middot", 0xB7},
    {"frac12", 0xBD},
    {"frac14", 0xBC},
    {"hellip", 0x2026},
    {"ndash", 0x2013},
    {"mdash", 0x2014},
    {"lsquo", 0x2018},
    {"rsquo", 0x2019},
    {"ldquo", 0x201C},
    {"rdquo", 0x201D},
    {"bull", 0x2022},
    {"aacute", 0xE1},
    {"agrave", 0xE0},
    {"acirc", 0xE2},
    {"auml", 0xE4},
    {"aring", 0xE5},
    {"aelig", 0xE6},
    {"ccedil", 0xE7},
    {"eacute", 0xE9},
    {"egrave", 0xE8},
    {"ecirc", 0xEA},
    {"euml", 0xEB},
    {"iacute", 0xED},
    {"icirc", 0xEE},
    {"iuml", 0xEF},
    {"ntilde", 0xF1},
    {"oacute", 0xF3},
    {"ocirc", 0xF4},
    {"ouml", 0xF6},
    {"oslash", 0xF8},
    {"szlig", 0xDF},
    {"uacute", 0xFA},
    {"uuml", 0xFC},
    {"Eacute", 0xC9},
}};

bool isContinuation(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

/// Length of the valid UTF-8 sequence at the start of the text, 0 if there is none.
std::size_t sequenceLength(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80)
        return first == 0 ? 0 : 1;
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < length)
        return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if (!isContinuation(byte(i)))
            return 0;
    }
    const unsigned char second = byte(1);
    const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
    const bool notCharacter = (first == 0xED && second > 0x9F) || (first == 0xF4 && second > 0x8F);
    return overlong || notCharacter ? 0 : length;
}

bool isSpace(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/// The character an entity's name (between & and ;) stands for.
std::optional<std::uint32_t> entity(std::string_view name)
{
    if (name.size() > 1 && name[0] == '#') {
        const bool hexadecimal = name[1] == 'x' || name[1] == 'X';
        const std::string_view digits = name.substr(hexadecimal ? 2 : 1);
        std::uint32_t value = 0;
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), value, hexadecimal ? 16 : 10);
        if (error != std::errc{} || end != digits.data() + digits.size() || value == 0)
            return std::nullopt;
        return value == 0xA0 ? ' ' : value;
    }
    const auto found = std::ranges::find(kEntities, name, &std::pair<std::string_view, std::uint32_t>::first);
    if (found == kEntities.end())
        return std::nullopt;
    return found->second;
}

} // namespace

void appendUtf8(std::string& text, std::uint32_t codePoint)
{
    if (codePoint > 0x10FFFF || (codePoint >= 0xD800 && codePoint <= 0xDFFF) || codePoint == 0)
        codePoint = kReplacement;
    const auto push = [&](std::uint32_t byte) { text.push_back(static_cast<char>(byte)); };
    if (codePoint < 0x80) {
        push(codePoint);
    } else if (codePoint < 0x800) {
        push(0xC0 | (codePoint >> 6));
        push(0x80 | (codePoint & 0x3F));
    } else if (codePoint < 0x10000) {
        push(0xE0 | (codePoint >> 12));
        push(0x80 | ((codePoint >> 6) & 0x3F));
        push(0x80 | (codePoint & 0x3F));
    } else {
        push(0xF0 | (codePoint >> 18));
        push(0x80 | ((codePoint >> 12) & 0x3F));
        push(0x80 | ((codePoint >> 6) & 0x3F));
        push(0x80 | (codePoint & 0x3F));
    }
}

std::optional<std::size_t> invalidUtf8(std::string_view text)
{
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = sequenceLength(text.substr(i));
        if (length == 0)
            return i;
        i += length;
    }
    return std::nullopt;
}

std::string repairedUtf8(std::string_view text)
{
    std::string repaired;
    repaired.reserve(text.size());
    while (const std::optional<std::size_t> bad = invalidUtf8(text)) {
        repaired.append(text.substr(0, *bad));
        appendUtf8(repaired, kReplacement);
        text.remove_prefix(*bad + 1);
    }
    repaired.append(text);
    return repaired;
}

std::string decodedEntities(std::string_view text)
{
    constexpr std::size_t kLongestName = 10;
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '&') {
            const std::size_t end = text.substr(i, kLongestName + 2).find(';');
            const auto character =
                end == std::string_view::npos ? std::nullopt : entity(text.substr(i + 1, end - 1));
            if (character) {
                appendUtf8(decoded, *character);
                i += end;
                continue;
            }
        }
        decoded.push_back(text[i]);
    }
    return decoded;
}

std::string collapsedSpace(std::string_view text)
{
    std::string collapsed;
    collapsed.reserve(text.size());
    for (const char c : text) {
        if (!isSpace(c))
            collapsed.push_back(c);
        else if (!collapsed.empty() && collapsed.back() != ' ')
            collapsed.push_back(' ');
    }
    if (!collapsed.empty() && collapsed.back() == ' ')
        collapsed.pop_back();
    return collapsed;
}

std::vector<std::string> words(std::string_view text)
{
    std::vector<std::string> found;
    std::string word;
    const auto finish = [&] {
        if (word.size() > 1)
            found.push_back(word);
        word.clear();
    };
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 'A' && byte <= 'Z')
            word += static_cast<char>(byte - 'A' + 'a');
        else if (byte >= 0x80 || (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9'))
            word += c;
        else if (byte != '\'')
            finish();
    }
    finish();
    return found;
}

std::string shown(std::string_view text)
{
    constexpr std::size_t kLongest = 60;
    const bool cut = text.size() > kLongest;
    if (cut) {
        std::size_t end = kLongest;
        while (end > kLongest - 4 && isContinuation(static_cast<unsigned char>(text[end])))
            --end;
        text = text.substr(0, end);
    }
    std::string harmless = repairedUtf8(text);
    std::ranges::replace_if(
        harmless, [](char c) { return c >= 0 && (c < ' ' || c == 0x7F); }, ' ');
    return "'" + harmless + (cut ? "…'" : "'");
}

} // namespace fedcctr::data
