// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/json_text.h"

#include "core/data/text.h"

#include <charconv>
#include <cstdint>
#include <optional>

namespace fedcctr::data {

namespace {

constexpr std::size_t kEscape = 6; ///< length of "\uXXXX"

/// The UTF-16 unit of an escape at the start of the text.
std::optional<std::uint32_t> unitAt(std::string_view text)
{
    if (!text.starts_with("\\u") || text.size() < kEscape)
        return std::nullopt;
    std::uint32_t unit = 0;
    const char* const end = text.data() + kEscape;
    const auto [stop, error] = std::from_chars(text.data() + 2, end, unit, 16);
    return error == std::errc{} && stop == end ? std::optional(unit) : std::nullopt;
}

bool isHigh(std::uint32_t unit)
{
    return unit >= 0xD800 && unit < 0xDC00;
}

bool isLow(std::uint32_t unit)
{
    return unit >= 0xDC00 && unit < 0xE000;
}

/// Length of the escape or character at the start, and whether it may stay.
std::pair<std::size_t, bool> pieceAt(std::string_view text)
{
    const std::optional<std::uint32_t> unit = unitAt(text);
    if (!unit)
        return {text[0] == '\\' && text.size() > 1 ? 2 : 1, true};
    if (isHigh(*unit)) {
        const std::optional<std::uint32_t> next = unitAt(text.substr(kEscape));
        return next && isLow(*next) ? std::pair(2 * kEscape, true) : std::pair(kEscape, false);
    }
    return {kEscape, !isLow(*unit)};
}

} // namespace

std::string parseableJson(std::string_view text)
{
    const std::string valid = repairedUtf8(text);
    if (valid.find("\\u") == std::string::npos)
        return valid;
    std::string result;
    result.reserve(valid.size());
    for (std::string_view rest = valid; !rest.empty();) {
        const auto [length, stays] = pieceAt(rest);
        if (stays)
            result.append(rest.substr(0, length));
        rest.remove_prefix(length);
    }
    return result;
}

} // namespace fedcctr::data
