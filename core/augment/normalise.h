// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace fedcctr::augment {

/// One spelling for words of both domains: lower case, single spaces (also for hyphens, brackets and double
/// quotes), "and" for "&", no punctuation at the ends, English plural of the last word taken back ("cookies"
/// -> "cookie", "glass" stays, "dishes" -> "dish"). Empty if nothing is left. normalised(normalised(x)) is
/// normalised(x).
std::string normalised(std::string_view word);

} // namespace fedcctr::augment
