// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace fedcctr {

/// Collects values as the bytes that they have in memory: for files that stay on machines of this kind.
class ByteWriter {
public:
    template <typename T> void values(std::span<const T> values)
    {
        static_assert(std::is_trivially_copyable_v<T>);
        m_bytes.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
    }

    template <typename T> void value(const T& value) { values(std::span<const T>(&value, 1)); }

    void raw(std::string_view bytes) { m_bytes += bytes; }

    /// Its length in 32 bits, then its bytes.
    void text(std::string_view text)
    {
        value(static_cast<std::uint32_t>(text.size()));
        raw(text);
    }

    const std::string& bytes() const { return m_bytes; }

private:
    std::string m_bytes;
};

/// Takes from the front of bytes what ByteWriter wrote. Counts are checked against what is there before room
/// is made for them.
class ByteReader {
public:
    /// `bytes` must outlive the reader. `cutOff`: what the Error says when they end too early.
    ByteReader(std::string_view bytes, std::string cutOff)
        : m_rest(bytes)
        , m_cutOff(std::move(cutOff))
    {
    }

    std::string_view raw(std::size_t size)
    {
        expectAtLeast(size, 1);
        const std::string_view taken = m_rest.substr(0, size);
        m_rest.remove_prefix(size);
        return taken;
    }

    template <typename T> void valuesInto(std::span<T> values)
    {
        static_assert(std::is_trivially_copyable_v<T>);
        const std::string_view taken = raw(values.size_bytes());
        if (!taken.empty()) // nothing has no address to copy to
            std::memcpy(values.data(), taken.data(), taken.size());
    }

    template <typename T> std::vector<T> values(std::size_t count)
    {
        expectAtLeast(count, sizeof(T));
        std::vector<T> values(count);
        valuesInto(std::span(values));
        return values;
    }

    template <typename T> T value()
    {
        T value{};
        valuesInto(std::span(&value, 1));
        return value;
    }

    std::string_view text() { return raw(value<std::uint32_t>()); }

    /// Throws unless so many entries of at least this size can still follow.
    void expectAtLeast(std::size_t count, std::size_t leastBytes) const
    {
        if (count > m_rest.size() / leastBytes)
            throw Error(m_cutOff);
    }

    std::string_view rest() const { return m_rest; }

private:
    std::string_view m_rest;
    std::string m_cutOff;
};

} // namespace fedcctr
