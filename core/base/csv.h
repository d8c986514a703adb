// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace fedcctr {

/// A value as it stands between two commas (RFC 4180): in quotation marks where it needs them.
std::string csvCell(const std::string& value);

} // namespace fedcctr
