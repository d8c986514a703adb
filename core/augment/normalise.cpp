// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/normalise.h"

#include "core/augment/answer.h"
#include "core/data/text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace fedcctr::augment {

namespace {

using namespace std::string_view_literals;
using Pair = std::pair<std::string_view, std::string_view>;

/// Plurals that no rule gets right.
constexpr std::array kIrregular{Pair{"analyses", "analysis"}, Pair{"axes", "axe"},
    Pair{"bookshelves", "bookshelf"}, Pair{"bonuses", "bonus"}, Pair{"buses", "bus"},
    Pair{"businesses", "business"}, Pair{"cactuses", "cactus"}, Pair{"calves", "calf"},
    Pair{"campuses", "campus"}, Pair{"children", "child"}, Pair{"choruses", "chorus"},
    Pair{"circuses", "circus"}, Pair{"classics", "classic"}, Pair{"comics", "comic"},
    Pair{"crises", "crisis"}, Pair{"elves", "elf"}, Pair{"feet", "foot"}, Pair{"geese", "goose"},
    Pair{"halves", "half"}, Pair{"housewives", "housewife"}, Pair{"hypotheses", "hypothesis"},
    Pair{"knives", "knife"}, Pair{"leaves", "leaf"}, Pair{"lenses", "lens"}, Pair{"lives", "life"},
    Pair{"loaves", "loaf"}, Pair{"men", "man"}, Pair{"mice", "mouse"}, Pair{"oases", "oasis"},
    Pair{"quizzes", "quiz"}, Pair{"scarves", "scarf"}, Pair{"selves", "self"}, Pair{"shelves", "shelf"},
    Pair{"statuses", "status"}, Pair{"teeth", "tooth"}, Pair{"thieves", "thief"}, Pair{"topics", "topic"},
    Pair{"viruses", "virus"}, Pair{"walruses", "walrus"}, Pair{"werewolves", "werewolf"},
    Pair{"wives", "wife"}, Pair{"wolves", "wolf"}, Pair{"women", "woman"}};

/// Words that end like a plural and are none, or that have no singular.
constexpr std::array kInvariant{"alias"sv, "always"sv, "asbestos"sv, "atlas"sv, "bias"sv, "canvas"sv,
    "chaos"sv, "christmas"sv, "clothes"sv, "cosmos"sv, "ethos"sv, "goods"sv, "headquarters"sv, "jeans"sv,
    "kansas"sv, "kudos"sv, "lens"sv, "means"sv, "molasses"sv, "news"sv, "overseas"sv, "pants"sv, "pathos"sv,
    "scissors"sv, "series"sv, "shorts"sv, "species"sv, "texas"sv, "thermos"sv, "tongs"sv, "trousers"sv,
    "vegas"sv, "wales"sv};

/// Singulars in -ie, whose plural looks like that of a word in -y.
constexpr std::array kEndsInIe{"beanie"sv, "birdie"sv, "bourgeoisie"sv, "brie"sv, "brownie"sv, "calorie"sv,
    "collie"sv, "cookie"sv, "eerie"sv, "foodie"sv, "freebie"sv, "genie"sv, "goalie"sv, "goodie"sv, "hippie"sv,
    "hoodie"sv, "indie"sv, "junkie"sv, "magpie"sv, "menagerie"sv, "movie"sv, "newbie"sv, "oldie"sv,
    "patisserie"sv, "pixie"sv, "potpie"sv, "prairie"sv, "quickie"sv, "rookie"sv, "rotisserie"sv, "selfie"sv,
    "smoothie"sv, "softie"sv, "sweetie"sv, "talkie"sv, "veggie"sv, "zombie"sv};

/// Singulars in -oe and -che, whose plural looks like that of a word in -o or -ch.
constexpr std::array kEndsInE{"ache"sv, "avalanche"sv, "backache"sv, "brioche"sv, "cache"sv, "canoe"sv,
    "cliche"sv, "creche"sv, "headache"sv, "horseshoe"sv, "moustache"sv, "mustache"sv, "niche"sv, "oboe"sv,
    "psyche"sv, "quiche"sv, "shoe"sv, "stomachache"sv, "toe"sv, "toothache"sv};

template <typename List, typename Value> bool contains(const List& list, Value value)
{
    return std::ranges::find(list, value) != list.end();
}

/// "cookies" -> "cookie"; lower case given.
std::string singular(std::string_view word)
{
    const auto irregular = std::ranges::find(kIrregular, word, &Pair::first);
    if (irregular != kIrregular.end())
        return std::string(irregular->second);
    const auto without = [&](std::size_t count) { return word.substr(0, word.size() - count); };
    constexpr std::size_t kShortest = 4;
    if (word.size() < kShortest || !word.ends_with('s') || contains(kInvariant, word))
        return std::string(word);
    for (const std::string_view ending : {"ss", "us", "is", "ics", "'s"})
        if (word.ends_with(ending))
            return std::string(word);
    if (word.ends_with("ies"))
        return word.size() == kShortest || contains(kEndsInIe, without(1)) ? std::string(without(1))
                                                                           : std::string(without(3)) + "y";
    for (const std::string_view ending : {"ches", "shes", "sses", "xes", "zzes", "oes"})
        if (word.ends_with(ending))
            return std::string(without(contains(kEndsInE, without(1)) ? 1 : 2));
    return std::string(without(1));
}

/// Letters of the Latin, Greek and Cyrillic alphabets in their plain blocks; others stay.
std::uint32_t lowerCase(std::uint32_t c)
{
    const auto in = [c](std::uint32_t first, std::uint32_t last) { return c >= first && c <= last; };
    if (in('A', 'Z') || (in(0xC0, 0xDE) && c != 0xD7) || in(0x391, 0x3AB) || in(0x410, 0x42F))
        return c + 0x20;
    if (in(0x400, 0x40F))
        return c + 0x50;
    const bool evenIsUpper = in(0x100, 0x12F) || in(0x132, 0x137) || in(0x14A, 0x177);
    const bool oddIsUpper = in(0x139, 0x148) || in(0x179, 0x17E);
    if (evenIsUpper)
        return c | 1U;
    return oddIsUpper && c % 2 == 1 ? c + 1 : c;
}

/// White space, dashes, underscores, brackets and double quotes separate words wherever they stand.
bool separates(std::uint32_t c)
{
    constexpr std::string_view kAscii = "-_()[]{}<>\"";
    if (c < 0x80)
        return c <= ' ' || c == 0x7F || kAscii.find(static_cast<char>(c)) != std::string_view::npos;
    constexpr std::array<std::uint32_t, 9> kOthers{
        0xA0, 0xAB, 0xBB, 0x1680, 0x202F, 0x205F, 0x2212, 0x3000, 0xFEFF};
    return contains(kOthers, c) || (c >= 0x2000 && c <= 0x200B) || (c >= 0x2010 && c <= 0x2015)
        || (c >= 0x201C && c <= 0x201F) || (c >= 0x2028 && c <= 0x2029);
}

/// Next character of valid UTF-8.
std::uint32_t takeCharacter(std::string_view& text)
{
    const auto byte = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
    };
    const std::uint32_t first = byte(0);
    const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    std::uint32_t c = length == 1 ? first : first & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i)
        c = (c << 6) | (byte(i) & 0x3F);
    text.remove_prefix(length);
    return c;
}

/// Lower case, with one kind of apostrophe and single spaces.
std::string plain(std::string_view word)
{
    const std::string valid = data::repairedUtf8(word);
    std::string text;
    for (std::string_view rest = valid; !rest.empty();) {
        const std::uint32_t c = takeCharacter(rest);
        if (separates(c))
            text += ' ';
        else if (c == 0x2018 || c == 0x2019)
            text += '\'';
        else
            data::appendUtf8(text, lowerCase(c));
    }
    return data::collapsedSpace(text);
}

std::string_view withoutPunctuationAtTheEnds(std::string_view text)
{
    constexpr std::string_view kPunctuation = " !#$%&'*+,./:;=?@\\^`|~";
    constexpr std::array kOthers{"…"sv, "•"sv, "·"sv, "¡"sv, "¿"sv, "™"sv, "®"sv};
    for (bool changed = true; changed && !text.empty();) {
        changed = false;
        const std::size_t before = text.size();
        text.remove_prefix(std::min(text.find_first_not_of(kPunctuation), text.size()));
        text = text.substr(0, text.find_last_not_of(kPunctuation) + 1);
        for (const std::string_view mark : kOthers) {
            if (text.starts_with(mark))
                text.remove_prefix(mark.size());
            if (text.ends_with(mark))
                text.remove_suffix(mark.size());
        }
        changed = text.size() != before;
    }
    return text;
}

/// "arts&crafts" and "arts & crafts" are "arts and crafts".
std::string withAnd(std::string_view text)
{
    std::string result;
    for (const char c : text)
        result += c == '&' ? std::string(" and ") : std::string(1, c);
    return data::collapsedSpace(result);
}

} // namespace

std::string normalised(std::string_view word)
{
    const std::string text = withAnd(withoutPunctuationAtTheEnds(plain(word)));
    const std::size_t space = text.rfind(' ');
    const std::size_t last = space == std::string::npos ? 0 : space + 1;
    return text.substr(0, last) + singular(std::string_view(text).substr(last));
}

} // namespace fedcctr::augment
