// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/llm/secret.h"

#include "core/base/error.h"

#include <algorithm>
#include <utility>

namespace fedcctr::llm {

namespace {

/// Through a volatile pointer: a plain fill of dying memory may be optimised away.
void overwrite(char* bytes, std::size_t count)
{
    volatile char* place = bytes;
    for (std::size_t i = 0; i < count; ++i)
        place[i] = 0;
}

} // namespace

void wipe(std::string& text)
{
    overwrite(text.data(), text.size());
    text.clear();
}

Secret::Secret(std::string&& text)
{
    constexpr const char* kSpace = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(kSpace);
    if (begin != std::string::npos) {
        m_size = text.find_last_not_of(kSpace) + 1 - begin;
        m_text = std::make_unique<char[]>(m_size);
        std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(begin), m_size, m_text.get());
    }
    llm::wipe(text);
    if (std::ranges::any_of(reveal(), [](char c) { return c <= ' ' || c > '~'; })) {
        wipe();
        throw Error("the key holds a space or a character that is not ASCII; copy it again from the service");
    }
}

Secret::~Secret()
{
    wipe();
}

Secret::Secret(Secret&& other) noexcept
    : m_text(std::move(other.m_text))
    , m_size(std::exchange(other.m_size, 0))
{
}

Secret& Secret::operator=(Secret&& other) noexcept
{
    if (this != &other) {
        wipe();
        m_text = std::move(other.m_text);
        m_size = std::exchange(other.m_size, 0);
    }
    return *this;
}

std::string Secret::removedFrom(std::string text) const
{
    if (empty())
        return text;
    constexpr std::string_view kInstead = "[key]";
    for (std::size_t at = text.find(reveal()); at != std::string::npos;
         at = text.find(reveal(), at + kInstead.size()))
        text.replace(at, m_size, kInstead);
    return text;
}

void Secret::wipe()
{
    overwrite(m_text.get(), m_size);
    m_size = 0;
}

} // namespace fedcctr::llm
