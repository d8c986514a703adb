// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/html.h"

#include "core/data/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>

namespace fedcctr::data {

namespace {

/// HTML 4's names of the characters U+00A0 to U+00FF, in their order.
constexpr std::string_view kLatin1 =
    "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 "
    "sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc "
    "Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve "
    "Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute "
    "acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde "
    "ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";

/// HTML 4's other names, and those of ASCII characters, each with its code point.
constexpr std::string_view kOthers =
    "quot 22 amp 26 lt 3C gt 3E OElig 152 oelig 153 Scaron 160 scaron 161 Yuml 178 fnof 192 circ 2C6 "
    "tilde 2DC Alpha 391 Beta 392 Gamma 393 Delta 394 Epsilon 395 Zeta 396 Eta 397 Theta 398 Iota 399 "
    "Kappa 39A Lambda 39B Mu 39C Nu 39D Xi 39E Omicron 39F Pi 3A0 Rho 3A1 Sigma 3A3 Tau 3A4 Upsilon 3A5 "
    "Phi 3A6 Chi 3A7 Psi 3A8 Omega 3A9 alpha 3B1 beta 3B2 gamma 3B3 delta 3B4 epsilon 3B5 zeta 3B6 eta "
    "3B7 theta 3B8 iota 3B9 kappa 3BA lambda 3BB mu 3BC nu 3BD xi 3BE omicron 3BF pi 3C0 rho 3C1 sigmaf "
    "3C2 sigma 3C3 tau 3C4 upsilon 3C5 phi 3C6 chi 3C7 psi 3C8 omega 3C9 thetasym 3D1 upsih 3D2 piv 3D6 "
    "ensp 2002 emsp 2003 thinsp 2009 zwnj 200C zwj 200D lrm 200E rlm 200F ndash 2013 mdash 2014 lsquo "
    "2018 rsquo 2019 sbquo 201A ldquo 201C rdquo 201D bdquo 201E dagger 2020 Dagger 2021 bull 2022 hellip "
    "2026 permil 2030 prime 2032 Prime 2033 lsaquo 2039 rsaquo 203A oline 203E frasl 2044 euro 20AC image "
    "2111 weierp 2118 real 211C trade 2122 alefsym 2135 larr 2190 uarr 2191 rarr 2192 darr 2193 harr 2194 "
    "crarr 21B5 lArr 21D0 uArr 21D1 rArr 21D2 dArr 21D3 hArr 21D4 forall 2200 part 2202 exist 2203 empty "
    "2205 nabla 2207 isin 2208 notin 2209 ni 220B prod 220F sum 2211 minus 2212 lowast 2217 radic 221A "
    "prop 221D infin 221E ang 2220 and 2227 or 2228 cap 2229 cup 222A int 222B there4 2234 sim 223C cong "
    "2245 asymp 2248 ne 2260 equiv 2261 le 2264 ge 2265 sub 2282 sup 2283 nsub 2284 sube 2286 supe 2287 "
    "oplus 2295 otimes 2297 perp 22A5 sdot 22C5 lceil 2308 rceil 2309 lfloor 230A rfloor 230B lang 2329 "
    "rang 232A loz 25CA spades 2660 clubs 2663 hearts 2665 diams 2666 apos 27 AMP 26 LT 3C GT 3E QUOT 22";

/// Elements within a line of text.
constexpr std::string_view kInline =
    "a abbr acronym b basefont bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr q "
    "rp rt ruby s samp small span strike strong sub sup time tt u var wbr";

/// Elements that part what stands before from what stands after.
constexpr std::string_view kParting =
    "address applet area article aside audio base blockquote body br button canvas caption center col "
    "colgroup dd details dialog dir div dl dt embed fieldset figcaption figure footer form frame frameset "
    "h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe input isindex legend li link main map menu meta "
    "nav noframes noscript object ol optgroup option p param picture pre script section select source "
    "style summary svg table tbody td template textarea tfoot th thead title tr track ul video";

constexpr std::uint32_t kNoBreakSpace = 0xA0;

/// No tag or comment is longer; a text of nothing but beginnings must not take for ever.
constexpr std::size_t kLongestMarkup = 4096;

/// Calls with each word of the list.
template <typename Work> void forEachWord(std::string_view list, const Work& work)
{
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(' '), list.size());
        work(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
    }
}

using CodePoints = std::unordered_map<std::string_view, std::uint32_t>;

const CodePoints& namedCharacters()
{
    static const CodePoints kNamed = [] {
        CodePoints named;
        std::uint32_t next = kNoBreakSpace;
        forEachWord(kLatin1, [&](std::string_view name) { named.emplace(name, next++); });
        std::string_view name;
        forEachWord(kOthers, [&](std::string_view word) {
            if (name.empty()) {
                name = word;
                return;
            }
            std::uint32_t value = 0;
            std::from_chars(word.data(), word.data() + word.size(), value, 16);
            named.emplace(std::exchange(name, {}), value);
        });
        return named;
    }();
    return kNamed;
}

/// Numbers from 128 to 159 mean the characters that Windows has there, as browsers read them.
std::uint32_t asBrowsersRead(std::uint32_t number)
{
    constexpr std::array<std::uint32_t, 32> kWindows1252{0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020,
        0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C,
        0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178};
    return number >= 128 && number < 160 ? kWindows1252[number - 128] : number;
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
        return asBrowsersRead(value);
    }
    const auto found = namedCharacters().find(name);
    return found == namedCharacters().end() ? std::nullopt : std::optional(found->second);
}

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool isElement(std::string_view list, const std::string& name)
{
    bool found = false;
    forEachWord(list, [&](std::string_view word) { found = found || word == name; });
    return found;
}

/// A tag or a comment at the start of a text.
struct Markup {
    std::size_t length = 0; ///< 0: there is none
    bool parts = false; ///< like a line break
    std::string hides; ///< the element whose content is no text either
};

/// Past the '>' that ends the tag; quoted values may hold others. 0 if there is none.
std::size_t endOfTag(std::string_view text, std::size_t from)
{
    char quote = '\0';
    for (std::size_t i = from; i < std::min(text.size(), kLongestMarkup); ++i) {
        const char c = text[i];
        if (quote == '\0' && c == '>')
            return i + 1;
        if (quote == '\0' && (c == '"' || c == '\'') && i > 0 && text[i - 1] == '=')
            quote = c;
        else if (c == quote)
            quote = '\0';
    }
    return 0;
}

/// Of a text that begins with '<'. What is no element of HTML is text: "I <3 you", "<untitled>".
Markup markupAt(std::string_view text)
{
    if (text.starts_with("<!--")) {
        const std::size_t end = text.substr(0, kLongestMarkup).find("-->", 4);
        return {end == std::string_view::npos ? 0 : end + 3, false, {}};
    }
    const bool closes = text.size() > 1 && text[1] == '/';
    const std::size_t begin = closes ? 2 : 1;
    std::string name;
    for (std::size_t i = begin;
         i < text.size() && (isLetter(text[i]) || (i > begin && text[i] >= '0' && text[i] <= '9')); ++i)
        name += static_cast<char>(text[i] | 0x20);
    const std::size_t after = begin + name.size();
    if (name.empty() || after == text.size()
        || std::string_view(" \t\r\n/>").find(text[after]) == std::string_view::npos)
        return {};
    const bool parts = isElement(kParting, name);
    if (!parts && !isElement(kInline, name))
        return {};
    const bool hides = !closes && (name == "script" || name == "style");
    return {endOfTag(text, after), parts, hides ? name : std::string()};
}

/// Past the element's end, or all of the text.
std::size_t pastElement(std::string_view text, const std::string& name)
{
    for (std::size_t at = text.find("</"); at != std::string_view::npos; at = text.find("</", at + 2)) {
        const std::string_view found = text.substr(at + 2, name.size());
        if (std::ranges::equal(found, name, {}, [](char c) { return static_cast<char>(c | 0x20); }))
            return std::max(at + 2 + endOfTag(text.substr(at + 2), 0), at + 2);
    }
    return text.size();
}

std::string withoutTags(std::string_view text)
{
    std::string plain;
    plain.reserve(text.size());
    while (!text.empty()) {
        const std::size_t begin = std::min(text.find('<'), text.size());
        plain.append(text.substr(0, begin));
        text.remove_prefix(begin);
        if (text.empty())
            break;
        const Markup markup = markupAt(text);
        if (markup.length == 0)
            plain += '<';
        else if (markup.parts)
            plain += ' ';
        text.remove_prefix(std::max<std::size_t>(1, markup.length));
        if (!markup.hides.empty())
            text.remove_prefix(pastElement(text, markup.hides));
    }
    return plain;
}

} // namespace

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
                appendUtf8(decoded, *character == kNoBreakSpace ? ' ' : *character);
                i += end;
                continue;
            }
        }
        decoded.push_back(text[i]);
    }
    return decoded;
}

std::string plainText(std::string_view html)
{
    std::string text = decodedEntities(withoutTags(repairedUtf8(html)));
    // Dumps that were escaped once more hold "&lt;br&gt;".
    if (text.find('<') != std::string::npos)
        text = withoutTags(text);
    return collapsedSpace(text);
}

} // namespace fedcctr::data
