// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace fedcctr::runs {

/// A word of a file that stands for a value of the enumeration T, for which nameOf(T) and
/// fromName(name, T&) are known. A newer program may have written one that this one does not know, and an
/// older one none: then there is no value, and readers show the text.
template <typename T> class Word {
public:
    Word() = default;
    Word(T value) // NOLINT(google-explicit-constructor): a value has one word
        : m_text(nameOf(value))
        , m_value(value)
    {
    }
    explicit Word(std::string text)
        : m_text(std::move(text))
    {
        if (T value{}; fromName(m_text, value))
            m_value = value;
    }

    const std::string& text() const { return m_text; }
    std::optional<T> value() const { return m_value; }
    operator const std::string&() const { return m_text; } // NOLINT(google-explicit-constructor): it is one
    bool empty() const { return m_text.empty(); }

    friend bool operator==(const Word& a, const Word& b) { return a.m_text == b.m_text; }
    friend bool operator==(const Word& word, T value) { return word.m_value == value; }
    friend bool operator==(const Word& word, std::string_view text) { return word.m_text == text; }

private:
    std::string m_text;
    std::optional<T> m_value;
};

} // namespace fedcctr::runs
