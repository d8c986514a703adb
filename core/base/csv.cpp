// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/csv.h"

namespace fedcctr {

std::string csvCell(const std::string& value)
{
    if (value.find_first_of(",\"\r\n") == std::string::npos)
        return value;
    std::string quoted = "\"";
    for (const char c : value)
        quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + '"';
}

} // namespace fedcctr
