// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace fedcctr {

/// Eight digits: "0000abcd".
std::string hexadecimal(std::uint32_t number);

} // namespace fedcctr
