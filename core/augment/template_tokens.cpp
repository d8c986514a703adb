// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/template_tokens.h"

#include <algorithm>
#include <optional>

namespace fedcctr::augment {

namespace {

constexpr std::string_view kBlank = " \t\r";

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(kBlank);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

bool isNameCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

class Tokenizer {
public:
    explicit Tokenizer(std::string_view text)
        : m_text(text)
    {
    }

    Tokens run()
    {
        while (m_at < m_text.size()) {
            const std::size_t open = m_text.find("{{", m_at);
            if (open == std::string_view::npos)
                break;
            if (m_text.substr(open, 4) == "{{{{") {
                addText(m_at, open + 2);
                m_at = open + 4;
            } else {
                tag(open);
            }
        }
        addText(m_at, m_text.size());
        return std::move(m_found);
    }

private:
    void addText(std::size_t begin, std::size_t end)
    {
        if (end > begin)
            m_found.tokens.push_back({Token::Kind::Text, m_text.substr(begin, end - begin), begin, end});
    }

    void complain(std::size_t begin, std::size_t end, std::string message)
    {
        m_found.faults.push_back({begin, end, std::move(message)});
    }

    void tag(std::size_t open)
    {
        const std::size_t limit =
            std::min({m_text.size(), m_text.find('\n', open), m_text.find("{{", open + 2)});
        const std::size_t close = m_text.find("}}", open + 2);
        if (close >= limit) {
            const std::string_view rest = trimmed(m_text.substr(open, limit - open));
            complain(open, open + rest.size(),
                "the tag is not closed; write }} after the name, or {{{{ for two braces of the text");
            addText(m_at, limit);
            m_at = limit;
            return;
        }
        const std::size_t end = close + 2;
        const std::optional<Token> token = classified(open, end);
        const bool isBlock = token && token->kind != Token::Kind::Value;
        const std::size_t lineBegin = isBlock ? lineBefore(open) : open;
        const std::size_t lineEnd = isBlock ? lineAfter(end) : end;
        const bool alone = lineBegin != kNotAlone && lineEnd != kNotAlone;
        addText(m_at, alone ? lineBegin : open);
        if (token)
            m_found.tokens.push_back(*token);
        m_at = alone ? lineEnd : end;
    }

    /// Start of the line if only blanks stand between it and the position.
    std::size_t lineBefore(std::size_t at) const
    {
        while (at > 0 && kBlank.find(m_text[at - 1]) != std::string_view::npos)
            --at;
        return at == 0 || m_text[at - 1] == '\n' ? at : kNotAlone;
    }

    /// Start of the next line if only blanks stand between the position and it.
    std::size_t lineAfter(std::size_t at) const
    {
        at = std::min(m_text.find_first_not_of(kBlank, at), m_text.size());
        if (at == m_text.size())
            return at;
        return m_text[at] == '\n' ? at + 1 : kNotAlone;
    }

    /// What the tag says; nothing if it says nothing that could be used.
    std::optional<Token> classified(std::size_t begin, std::size_t end)
    {
        const std::string_view inner = trimmed(m_text.substr(begin + 2, end - begin - 4));
        const std::size_t space = inner.find_first_of(kBlank);
        const std::string_view first = inner.substr(0, space);
        const std::string_view rest = space == std::string_view::npos ? "" : trimmed(inner.substr(space));
        const auto token = [&](Token::Kind kind, std::string_view text) {
            return Token{kind, text, begin, end};
        };

        if (first == "#each" || first == "#if") {
            const bool named = checkName(rest, begin, end, "{{" + std::string(first) + " name}}");
            return token(first == "#if" ? Token::Kind::If : Token::Kind::Each, named ? rest : "");
        }
        if (first == "else" || first == "/each" || first == "/if") {
            if (!rest.empty())
                complain(begin, end, "nothing may follow in this tag; write {{" + std::string(first) + "}}");
            return token(first == "else" ? Token::Kind::Else
                    : first == "/if"     ? Token::Kind::EndIf
                                         : Token::Kind::EndEach,
                "");
        }
        if (first.starts_with('#') || first.starts_with('/')) {
            complain(begin, end,
                "there is no block " + std::string(first.substr(1))
                    + "; there are {{#each name}} … {{/each}} and {{#if name}} … {{else}} … {{/if}}");
            return std::nullopt;
        }
        if (!checkName(inner, begin, end, "{{name}}"))
            return std::nullopt;
        return token(Token::Kind::Value, inner);
    }

    bool checkName(std::string_view name, std::size_t begin, std::size_t end, const std::string& form)
    {
        if (name.empty())
            complain(begin, end, "the tag names nothing; write " + form);
        else if (!std::ranges::all_of(name, isNameCharacter))
            complain(begin, end,
                "a name has letters, digits, '_' and '.' only; write " + form
                    + ", or {{{{ for two braces of the text");
        else
            return true;
        return false;
    }

    static constexpr std::size_t kNotAlone = std::string_view::npos;

    std::string_view m_text;
    std::size_t m_at = 0;
    Tokens m_found;
};

} // namespace

Tokens tokensOf(std::string_view text)
{
    return Tokenizer(text).run();
}

} // namespace fedcctr::augment
