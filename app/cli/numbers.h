// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/numbers.h"

#include <cstddef>
#include <string>

namespace fedcctr::cli {

/// 12345 -> "12,345".
std::string grouped(std::size_t number);

} // namespace fedcctr::cli
