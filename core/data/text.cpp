// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/text.h"

#include <algorithm>

namespace fedcctr::data {

namespace {

bool isContinuation(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

bool isSpace(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

} // namespace

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
