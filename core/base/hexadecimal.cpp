// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/hexadecimal.h"

namespace fedcctr {

std::string hexadecimal(std::uint32_t number)
{
    constexpr const char* kDigits = "0123456789abcdef";
    std::string text;
    for (int shift = 28; shift >= 0; shift -= 4)
        text += kDigits[(number >> shift) & 15U];
    return text;
}

} // namespace fedcctr
