// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace fedcctr {

// Numbers as files and commands hold them: a decimal point and no groups of digits, whatever the locale. The
// C library's own functions (printf, strtod, std::to_string of a fraction) follow LC_NUMERIC, which Qt sets
// to the user's, so none of them is used for numbers that anybody reads back.

/// At most `digits` significant digits, as printf's %.*g in the C locale.
std::string general(double value, int digits = 6);

/// That many decimals, as printf's %.*f in the C locale.
std::string fixed(double value, int decimals);

/// The fewest digits that read back as the same number.
std::string shortest(double value);

/// The number that the whole of the text is, or nothing. Of fractions also "inf" and "nan".
template <typename Number> std::optional<Number> numberIn(std::string_view text)
{
    Number value{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

/// Gives the C library a decimal point again. For programs, right after their QCoreApplication is made, which
/// takes over the environment's locale: libraries that are not ours may print and read numbers, too. QLocale,
/// by which the window reads and shows numbers, stays the user's.
void useDecimalPoint();

} // namespace fedcctr
