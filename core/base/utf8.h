// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fedcctr {

/// Appends the code point as UTF-8; surrogates and values beyond Unicode become U+FFFD.
void appendUtf8(std::string& text, std::uint32_t codePoint);

/// Byte position of the first byte that is not part of valid UTF-8 (a NUL counts as invalid), or nothing.
std::optional<std::size_t> invalidUtf8(std::string_view text);

/// The text with each invalid byte replaced by U+FFFD.
std::string repairedUtf8(std::string_view text);

} // namespace fedcctr
