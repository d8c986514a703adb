// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace fedcctr {

/// SHA-256 (FIPS 180-4) of the bytes, 64 hexadecimal digits: names content where two contents must never
/// share a name.
std::string sha256(std::string_view bytes);

} // namespace fedcctr
