// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/numbers.h"

#include <array>
#include <clocale>

namespace fedcctr {

namespace {

/// Room for the greatest double with all decimals that anybody asks for.
using Digits = std::array<char, 400>;

template <typename... Format> std::string written(double value, Format... format)
{
    Digits digits;
    const auto [end, failure] = std::to_chars(digits.data(), digits.data() + digits.size(), value, format...);
    return failure == std::errc{} ? std::string(digits.data(), end) : std::string();
}

} // namespace

std::string general(double value, int digits)
{
    return written(value, std::chars_format::general, digits);
}

std::string fixed(double value, int decimals)
{
    return written(value, std::chars_format::fixed, decimals);
}

std::string shortest(double value)
{
    return written(value);
}

void useDecimalPoint()
{
    std::setlocale(LC_NUMERIC, "C");
}

} // namespace fedcctr
