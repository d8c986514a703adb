// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace fedcctr::data {

/// Foreign JSON, made fit for a strict parser: invalid bytes become U+FFFD, and the escape of one half of a
/// surrogate pair ("\ud83d" alone), which stands for no character, is left out. A mistake costs a character,
/// not the document. Text that is no JSON only changes where it looks like such an escape.
std::string parseableJson(std::string_view text);

} // namespace fedcctr::data
