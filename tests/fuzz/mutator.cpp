// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fuzz/mutator.h"

#include <algorithm>
#include <string_view>

namespace fedcctr::fuzz {

namespace {

/// Inputs stay small, so that many can be tried.
constexpr std::size_t kLongest = 16'384;

std::size_t below(Random& random, std::size_t bound)
{
    return bound == 0 ? 0 : static_cast<std::size_t>(random.below(bound));
}

const std::string& oneOf(Random& random, const std::vector<std::string>& from)
{
    return from[below(random, from.size())];
}

/// A range within the text, mostly short.
struct Range {
    Range(Random& random, const std::string& text)
        : begin(below(random, text.size() + 1))
        , length(std::min(below(random, random.below(4) == 0 ? 512 : 16), text.size() - begin))
    {
    }
    std::size_t begin;
    std::size_t length;
};

void changeByte(Random& random, std::string& text)
{
    if (text.empty())
        return;
    using namespace std::string_view_literals;
    constexpr std::string_view kOdd = "\0\n\r\t\"'\\,;{}[]&<>\x7f\x80\xc3\xff\xfe-+.0e"sv; // with a NUL
    char& byte = text[below(random, text.size())];
    byte = random.below(2) == 0 ? kOdd[below(random, kOdd.size())]
                                : static_cast<char>(byte ^ static_cast<char>(1U << random.below(8)));
}

void repeatRange(Random& random, std::string& text)
{
    const Range range(random, text);
    const std::string part = text.substr(range.begin, range.length);
    const std::size_t times = 1 + below(random, random.below(8) == 0 ? 200 : 3);
    for (std::size_t i = 0; i < times && text.size() < kLongest; ++i)
        text.insert(range.begin, part);
}

void swapLines(Random& random, std::string& text)
{
    const std::size_t first = text.find('\n', below(random, text.size()));
    const std::size_t second = first == std::string::npos ? first : text.find('\n', first + 1);
    if (second == std::string::npos)
        return;
    const std::string line = text.substr(first, second - first);
    text.erase(first, second - first);
    text.insert(std::min(text.size(), text.find('\n', below(random, text.size()))), line);
}

void change(const Material& material, Random& random, std::string& text)
{
    switch (random.below(8)) {
    case 0:
    case 1:
        changeByte(random, text);
        break;
    case 2:
        text.insert(below(random, text.size() + 1), oneOf(random, material.words));
        break;
    case 3: {
        const Range range(random, text);
        text.replace(range.begin, range.length, oneOf(random, material.words));
        break;
    }
    case 4: {
        const Range range(random, text);
        text.erase(range.begin, range.length);
        break;
    }
    case 5:
        repeatRange(random, text);
        break;
    case 6:
        swapLines(random, text);
        break;
    default: {
        const std::string& other = oneOf(random, material.samples);
        const Range range(random, other);
        text.insert(below(random, text.size() + 1), other.substr(range.begin, range.length));
    }
    }
}

} // namespace

std::string mutated(const Material& material, std::uint64_t seed, std::uint64_t number)
{
    Random random(seed, {number});
    std::string text = oneOf(random, material.samples);
    for (std::uint64_t changes = 1 + random.below(6); changes > 0; --changes)
        change(material, random, text);
    if (random.below(16) == 0)
        text.resize(below(random, text.size() + 1));
    return text;
}

} // namespace fedcctr::fuzz
