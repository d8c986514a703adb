// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/numbers.h"

namespace fedcctr::cli {

std::string grouped(std::size_t number)
{
    std::string text = std::to_string(number);
    for (std::size_t i = text.size(); i > 3; i -= 3)
        text.insert(i - 3, ",");
    return text;
}

} // namespace fedcctr::cli
