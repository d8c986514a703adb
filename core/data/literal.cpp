// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/literal.h"

#include "core/base/error.h"
#include "core/data/text.h"

#include <algorithm>
#include <cstdint>

namespace fedcctr::data {

namespace {

constexpr int kDeepest = 32;

class Scanner {
public:
    explicit Scanner(std::string_view text)
        : m_text(text)
    {
    }

    [[noreturn]] void fail(const std::string& expected) const
    {
        throw Error("byte " + std::to_string(m_at + 1) + ": " + expected + " expected, found "
            + (m_at < m_text.size() ? shown(m_text.substr(m_at, 20)) : "the end of the line"));
    }

    bool skipIf(char c)
    {
        skipSpace();
        if (m_at == m_text.size() || m_text[m_at] != c)
            return false;
        ++m_at;
        return true;
    }

    void expect(char c)
    {
        if (!skipIf(c))
            fail(std::string("'") + c + "'");
    }

    void expectEnd()
    {
        skipSpace();
        if (m_at != m_text.size())
            fail("the end of the line");
    }

    bool atString()
    {
        skipSpace();
        const char c = peek(0);
        return c == '"' || c == '\'' || ((c == 'u' || c == 'b') && (peek(1) == '"' || peek(1) == '\''));
    }

    /// Reads a string; appends its text to `into` unless that is null.
    void readString(std::string* into)
    {
        if (!atString())
            fail("a string");
        if (peek(0) == 'u' || peek(0) == 'b')
            ++m_at;
        const char quote = m_text[m_at++];
        while (true) {
            std::size_t stop = m_at;
            while (stop < m_text.size() && m_text[stop] != quote && m_text[stop] != '\\')
                ++stop;
            if (stop == m_text.size()) {
                m_at = stop;
                fail("a closing quote");
            }
            if (into)
                into->append(m_text.substr(m_at, stop - m_at));
            m_at = stop + 1;
            if (m_text[stop] != '\\')
                return;
            readEscape(into);
        }
    }

    /// Reads any value; its scalars go to `into` unless that is null.
    void readValue(std::vector<std::string>* into, int depth)
    {
        if (depth > kDeepest)
            fail("less nesting");
        if (skipIf('{')) {
            readMembers(depth);
        } else if (skipIf('[')) {
            readElements(']', into, depth);
        } else if (skipIf('(')) {
            readElements(')', into, depth);
        } else if (atString()) {
            readString(into ? &into->emplace_back() : nullptr);
        } else {
            readWord(into, depth);
        }
    }

private:
    char peek(std::size_t ahead) const { return m_at + ahead < m_text.size() ? m_text[m_at + ahead] : '\0'; }

    void skipSpace()
    {
        while (m_at < m_text.size() && (m_text[m_at] == ' ' || m_text[m_at] == '\t'))
            ++m_at;
    }

    void readMembers(int depth)
    {
        if (skipIf('}'))
            return;
        do {
            if (atString())
                readString(nullptr);
            else
                readWord(nullptr, depth); // Python allows numbers as keys
            expect(':');
            readValue(nullptr, depth + 1);
        } while (skipIf(','));
        expect('}');
    }

    void readElements(char close, std::vector<std::string>* into, int depth)
    {
        if (skipIf(close))
            return;
        do {
            if (skipIf(close))
                return; // a Python tuple's last comma
            readValue(into, depth + 1);
        } while (skipIf(','));
        expect(close);
    }

    /// A number, true, None and the like. What is passed over may be any word, also Python's Decimal('5.0').
    void readWord(std::vector<std::string>* into, int depth)
    {
        const std::size_t begin = m_at;
        while (m_at < m_text.size() && isWordCharacter(m_text[m_at]))
            ++m_at;
        if (m_at == begin)
            fail("a value");
        const std::string_view word = m_text.substr(begin, m_at - begin);
        const bool isNumber = word.find_first_of("0123456789") != std::string_view::npos;
        constexpr std::string_view kKnown[] = {"true", "false", "null", "True", "False", "None", "NaN", "nan",
            "Infinity", "+Infinity", "-Infinity", "inf", "+inf", "-inf", "undefined"};
        if (into && !isNumber && std::ranges::find(kKnown, word) == std::end(kKnown)) {
            m_at = begin;
            fail("a value");
        }
        if (into && isNumber)
            into->emplace_back(word);
        if (!into && skipIf('('))
            readElements(')', nullptr, depth + 1);
    }

    static bool isWordCharacter(char c)
    {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-'
            || c == '+' || c == '.' || c == '_';
    }

    std::uint32_t readHexadecimal(std::size_t digits)
    {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < digits; ++i, ++m_at) {
            const char c = peek(0);
            const bool isDigit = c >= '0' && c <= '9';
            const char lower = static_cast<char>(c | 0x20);
            if (!isDigit && !(lower >= 'a' && lower <= 'f'))
                fail("a hexadecimal digit");
            value = value * 16 + static_cast<std::uint32_t>(isDigit ? c - '0' : lower - 'a' + 10);
        }
        return value;
    }

    void readEscape(std::string* into)
    {
        const char kind = peek(0);
        if (kind == '\0')
            fail("an escaped character");
        ++m_at;
        std::string ignored;
        std::string& text = into ? *into : ignored;
        switch (kind) {
        case 'n':
        case 'r':
        case 't':
        case 'f':
        case 'b':
            text.push_back(' ');
            break;
        case 'x':
            appendUtf8(text, readHexadecimal(2));
            break;
        case 'u':
            appendUtf8(text, readUtf16());
            break;
        case 'U':
            appendUtf8(text, readHexadecimal(8));
            break;
        default:
            text.push_back(kind);
        }
    }

    std::uint32_t readUtf16()
    {
        const std::uint32_t unit = readHexadecimal(4);
        const bool isHigh = unit >= 0xD800 && unit < 0xDC00;
        if (!isHigh || peek(0) != '\\' || peek(1) != 'u')
            return unit;
        const std::size_t after = m_at;
        m_at += 2;
        const std::uint32_t low = readHexadecimal(4);
        if (low >= 0xDC00 && low < 0xE000)
            return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        m_at = after;
        return unit;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

} // namespace

LiteralFields::LiteralFields(std::vector<std::string> wanted)
    : m_wanted(std::move(wanted))
    , m_values(m_wanted.size())
{
}

void LiteralFields::parse(std::string_view line)
{
    for (std::vector<std::string>& values : m_values)
        values.clear();
    Scanner scanner(line);
    scanner.expect('{');
    if (!scanner.skipIf('}')) {
        std::string key;
        do {
            key.clear();
            scanner.readString(&key);
            scanner.expect(':');
            const auto wanted = std::ranges::find(m_wanted, key);
            scanner.readValue(wanted == m_wanted.end()
                    ? nullptr
                    : &m_values[static_cast<std::size_t>(wanted - m_wanted.begin())],
                1);
        } while (scanner.skipIf(','));
        scanner.expect('}');
    }
    scanner.expectEnd();
}

const std::string& LiteralFields::first(std::size_t wanted) const
{
    static const std::string kNone;
    return m_values[wanted].empty() ? kNone : m_values[wanted].front();
}

} // namespace fedcctr::data
