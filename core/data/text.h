// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/utf8.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fedcctr::data {

using fedcctr::appendUtf8;
using fedcctr::invalidUtf8;
using fedcctr::repairedUtf8;

/// Runs of white space become one space, none at the ends.
std::string collapsedSpace(std::string_view text);

/// Lower-case words of letters and digits; the bytes of other alphabets count as letters. One-character words
/// are left out.
std::vector<std::string> words(std::string_view text);

/// The text in single quotes for a message: cut when long, control characters and invalid bytes made
/// harmless.
std::string shown(std::string_view text);

} // namespace fedcctr::data
