// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>

namespace fedcctr::cli {

/// 12345 -> "12,345".
std::string grouped(std::size_t number);

/// 2.345, 1 -> "2.3".
std::string fixed(double value, int decimals);

} // namespace fedcctr::cli
