// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fedcctr::data {

/// Appends the code point as UTF-8; surrogates and values beyond Unicode become U+FFFD.
void appendUtf8(std::string& text, std::uint32_t codePoint);

/// Byte position of the first byte that is not part of valid UTF-8 (a NUL counts as invalid), or nothing.
std::optional<std::size_t> invalidUtf8(std::string_view text);

/// The text with each invalid byte replaced by U+FFFD.
std::string repairedUtf8(std::string_view text);

/// Replaces HTML entities (&amp;, &quot;, &#39;, &#x27;, common named letters) once; unknown ones stay.
std::string decodedEntities(std::string_view text);

/// Runs of white space become one space, none at the ends.
std::string collapsedSpace(std::string_view text);

/// Lower-case words of letters and digits; the bytes of other alphabets count as letters. One-character words
/// are left out.
std::vector<std::string> words(std::string_view text);

/// The text in single quotes for a message: cut when long, control characters and invalid bytes made
/// harmless.
std::string shown(std::string_view text);

} // namespace fedcctr::data
