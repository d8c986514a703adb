// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fedcctr::augment {

/// A fault by its place in the text, in bytes.
struct TokenFault {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string message;
};

struct Token {
    enum class Kind : std::uint8_t { Text, Value, Each, If, Else, EndEach, EndIf };
    Kind kind = Kind::Text;
    std::string_view text; ///< the text itself, or the name inside the tag
    std::size_t begin = 0; ///< of the tag, in bytes
    std::size_t end = 0;
};

struct Tokens {
    std::vector<Token> tokens;
    std::vector<TokenFault> faults;
};

/// Cuts a template into texts and tags. Lines that hold a block tag alone are taken out.
Tokens tokensOf(std::string_view text);

} // namespace fedcctr::augment
