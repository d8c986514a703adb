// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace fedcctr::data {

/// Replaces HTML 4's entities (&amp; &eacute; &euro; &#39; &#x27; …) once; what is none stays. A no-break
/// space becomes a plain one.
std::string decodedEntities(std::string_view text);

/// A title or a category as a person reads it: tags removed, entities decoded, white space collapsed, invalid
/// UTF-8 replaced. Only names of HTML's elements make a tag.
std::string plainText(std::string_view html);

} // namespace fedcctr::data
