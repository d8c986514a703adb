// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/template_parser.h"

#include "core/augment/placeholders.h"
#include "core/augment/template_tokens.h"
#include "core/base/arguments.h"
#include "core/data/text.h"

#include <algorithm>
#include <optional>

namespace fedcctr::augment {

namespace {

/// The names that a stage offers.
class Names {
public:
    explicit Names(Stage stage)
        : m_offered(placeholders(stage))
    {
    }

    const Placeholder* find(const std::string& path) const
    {
        const auto found = std::ranges::find(m_offered, path, &Placeholder::path);
        return found == m_offered.end() ? nullptr : &*found;
    }

    /// Path of the innermost list that the path lies inside, or empty.
    std::string listOf(const std::string& path) const
    {
        for (std::size_t dot = path.rfind('.'); dot != std::string::npos && dot > 0;
             dot = path.rfind('.', dot - 1)) {
            const Placeholder* list = find(path.substr(0, dot));
            if (list != nullptr && list->isList)
                return list->path;
        }
        return {};
    }

    /// What somebody may have meant who wrote the word: something of the same last part, or a similar name.
    std::string suggestion(const std::string& word) const
    {
        for (const Placeholder& one : m_offered)
            if (one.path.ends_with('.' + word))
                return one.path;
        std::vector<std::string> known;
        for (const Placeholder& one : m_offered) {
            known.push_back(one.path);
            const std::string list = listOf(one.path);
            if (!list.empty())
                known.push_back(one.path.substr(list.size() + 1));
        }
        return nearestWord(word, known);
    }

    /// "item.title, item.creator, …": what can be written anywhere.
    std::string everywhere() const
    {
        std::string names;
        for (const Placeholder& one : m_offered)
            if (listOf(one.path).empty())
                names += (names.empty() ? "" : ", ") + one.path;
        return names;
    }

private:
    std::span<const Placeholder> m_offered;
};

std::vector<std::string> keysOf(std::string_view path)
{
    std::vector<std::string> keys;
    for (std::size_t dot = 0; dot != std::string_view::npos;) {
        dot = path.find('.');
        keys.emplace_back(path.substr(0, dot));
        path.remove_prefix(dot == std::string_view::npos ? path.size() : dot + 1);
    }
    return keys;
}

/// Lines and columns of byte positions, which must be asked for in rising order.
class Places {
public:
    explicit Places(std::string_view text)
        : m_text(text)
    {
    }

    TemplateFault at(const TokenFault& fault)
    {
        for (; m_at < fault.begin; ++m_at) {
            if (m_text[m_at] == '\n') {
                ++m_line;
                m_column = 1;
            } else {
                m_column += beginsCharacter(m_text[m_at]) ? 1U : 0U;
            }
        }
        const std::string_view marked = m_text.substr(fault.begin, fault.end - fault.begin);
        return {m_line, m_column, static_cast<std::size_t>(std::ranges::count_if(marked, beginsCharacter)),
            fault.message};
    }

private:
    static bool beginsCharacter(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

    std::string_view m_text;
    std::size_t m_at = 0;
    std::size_t m_line = 1;
    std::size_t m_column = 1;
};

class Parser {
public:
    Parser(std::string_view text, Stage stage)
        : m_text(text)
        , m_names(stage)
        , m_open(1)
    {
    }

    ParsedTemplate run()
    {
        Tokens found = tokensOf(m_text);
        m_faults = std::move(found.faults);
        if (const std::optional<std::size_t> bad = data::invalidUtf8(m_text))
            complain(*bad, *bad + 1, "the text is not UTF-8 here; save it as UTF-8");
        for (const Token& token : found.tokens)
            take(token);
        while (m_open.size() > 1)
            abandon();

        ParsedTemplate parsed{std::move(m_open.front().node.children), {}};
        std::ranges::stable_sort(m_faults, {}, &TokenFault::begin);
        Places places(m_text);
        for (const TokenFault& fault : m_faults)
            parsed.faults.push_back(places.at(fault));
        return parsed;
    }

private:
    /// A block whose end has not come yet; the first is the text as a whole.
    struct Open {
        TemplateNode node;
        Token tag;
        bool inElse = false;
    };
    /// A list that is being repeated. Inside one of an unknown name nothing is known to be wrong.
    struct Scope {
        std::string list;
        bool isKnown = true;
    };

    void complain(std::size_t begin, std::size_t end, std::string message)
    {
        m_faults.push_back({begin, end, std::move(message)});
    }
    void complain(const Token& token, std::string message)
    {
        complain(token.begin, token.end, std::move(message));
    }

    void take(const Token& token)
    {
        switch (token.kind) {
        case Token::Kind::Text:
            add({TemplateNode::Kind::Text, std::string(token.text), {}, {}, {}});
            break;
        case Token::Kind::Value:
            add({TemplateNode::Kind::Value, {}, nameOfValue(token), {}, {}});
            break;
        case Token::Kind::If:
            m_open.push_back({{TemplateNode::Kind::If, {}, nameOfCondition(token), {}, {}}, token, false});
            break;
        case Token::Kind::Each:
            m_open.push_back({{TemplateNode::Kind::Each, {}, nameOfList(token), {}, {}}, token, false});
            break;
        case Token::Kind::Else:
            switchToElse(token);
            break;
        case Token::Kind::EndEach:
        case Token::Kind::EndIf:
            close(token);
            break;
        }
    }

    void add(TemplateNode node)
    {
        Open& open = m_open.back();
        (open.inElse ? open.node.otherwise : open.node.children).push_back(std::move(node));
    }

    void switchToElse(const Token& token)
    {
        Open& open = m_open.back();
        if (open.node.kind != TemplateNode::Kind::If)
            complain(token, "{{else}} belongs inside {{#if name}} … {{/if}}");
        else if (open.inElse)
            complain(token, "this {{#if …}} has an {{else}} already; take one of them away");
        else
            open.inElse = true;
    }

    void close(const Token& token)
    {
        const bool isEach = token.kind == Token::Kind::EndEach;
        const auto wanted = isEach ? TemplateNode::Kind::Each : TemplateNode::Kind::If;
        const bool isOpen = std::ranges::any_of(
            m_open.begin() + 1, m_open.end(), [&](const Open& open) { return open.node.kind == wanted; });
        if (!isOpen) {
            complain(token,
                isEach ? "{{/each}} ends nothing; write {{#each name}} before it, or take it away"
                       : "{{/if}} ends nothing; write {{#if name}} before it, or take it away");
            return;
        }
        while (m_open.back().node.kind != wanted)
            abandon();
        finish();
    }

    /// The innermost block has no end of its own.
    void abandon()
    {
        const Open& open = m_open.back();
        const bool isEach = open.node.kind == TemplateNode::Kind::Each;
        complain(open.tag,
            std::string(isEach ? "{{#each …}}" : "{{#if …}}") + " is not closed; write "
                + (isEach ? "{{/each}}" : "{{/if}}") + " where the block ends");
        finish();
    }

    void finish()
    {
        TemplateNode node = std::move(m_open.back().node);
        m_open.pop_back();
        if (node.kind == TemplateNode::Kind::Each)
            m_scopes.pop_back();
        add(std::move(node));
    }

    TemplateName nameOfValue(const Token& token)
    {
        const Resolved resolved = resolve(token);
        if (resolved.meaning != nullptr && resolved.meaning->isList)
            complain(token,
                resolved.meaning->path + " is a list; write {{#each " + std::string(token.text)
                    + "}} … {{/each}}");
        return resolved.name;
    }

    TemplateName nameOfCondition(const Token& token)
    {
        return token.text.empty() ? TemplateName{} : resolve(token).name;
    }

    TemplateName nameOfList(const Token& token)
    {
        const Resolved resolved = token.text.empty() ? Resolved{} : resolve(token);
        const bool isList = resolved.meaning != nullptr && resolved.meaning->isList;
        if (resolved.meaning != nullptr && !isList)
            complain(token,
                resolved.meaning->path + " is not a list; write {{" + std::string(token.text)
                    + "}}, or {{#if " + std::string(token.text) + "}}");
        m_scopes.push_back(isList ? Scope{resolved.meaning->path, true} : Scope{{}, false});
        return resolved.name;
    }

    struct Resolved {
        TemplateName name;
        const Placeholder* meaning = nullptr; ///< none: unknown, which was complained of
    };

    /// The members of the innermost list come first, then those of the lists around it, then the whole.
    Resolved resolve(const Token& token)
    {
        const std::string word(token.text);
        for (std::size_t scope = m_scopes.size(); scope-- > 0;) {
            const std::string& list = m_scopes[scope].list;
            const std::string path = list + '.' + word;
            const Placeholder* meaning = m_names.find(path);
            if (m_scopes[scope].isKnown && meaning != nullptr && m_names.listOf(path) == list)
                return resolvedIn(scope + 1, word, *meaning);
        }
        const Placeholder* meaning = m_names.find(word);
        const std::string list = m_names.listOf(word);
        if (meaning != nullptr && list.empty())
            return resolvedIn(0, word, *meaning);
        if (meaning != nullptr)
            for (std::size_t scope = m_scopes.size(); scope-- > 0;)
                if (m_scopes[scope].list == list)
                    return resolvedIn(scope + 1, word.substr(list.size() + 1), *meaning);
        if (std::ranges::all_of(m_scopes, &Scope::isKnown))
            complain(token, meaning == nullptr ? unknown(word) : outside(word, list));
        return {};
    }

    static Resolved resolvedIn(std::size_t scope, const std::string& path, const Placeholder& meaning)
    {
        return {{scope, keysOf(path), scope > 0 && path == "number"}, &meaning};
    }

    static std::string outside(const std::string& word, const std::string& list)
    {
        return "{{" + word + "}} is there only inside {{#each " + list + "}} … {{/each}}";
    }

    std::string unknown(const std::string& word) const
    {
        const std::string meant = m_names.suggestion(word);
        const std::string list = m_names.listOf(meant);
        if (!list.empty() && meant == list + '.' + word)
            return outside(word, list);
        return "there is no {{" + word + "}}; "
            + (meant.empty() ? "there are " + m_names.everywhere() : "did you mean {{" + meant + "}}?");
    }

    std::string_view m_text;
    Names m_names;
    std::vector<Open> m_open;
    std::vector<Scope> m_scopes;
    std::vector<TokenFault> m_faults;
};

} // namespace

ParsedTemplate parseTemplate(std::string_view text, Stage stage)
{
    return Parser(text, stage).run();
}

} // namespace fedcctr::augment
