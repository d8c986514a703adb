// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace fedcctr::llm {

/// A server's key. It can be moved but not copied or printed, and overwrites its memory when it goes.
class Secret {
public:
    Secret() = default;

    /// Takes the text without white space at its ends, and overwrites the given one. Throws Error, without
    /// the key, if it holds anything but visible ASCII: such a key could not stand in a header.
    explicit Secret(std::string&& text);
    ~Secret();
    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret&& other) noexcept;

    bool empty() const { return m_size == 0; }

    /// The key itself: for the request's header and the key ring only.
    std::string_view reveal() const { return {m_text.get(), m_size}; }

    /// The text with the key, wherever a server repeated it, replaced by "[key]".
    std::string removedFrom(std::string text) const;

private:
    void wipe();

    std::unique_ptr<char[]> m_text; ///< on the heap, so that moving leaves no copy behind
    std::size_t m_size = 0;
};

/// Overwrites the text before it is cleared.
void wipe(std::string& text);

} // namespace fedcctr::llm
