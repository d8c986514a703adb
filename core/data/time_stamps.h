// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/build.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fedcctr::data {

/// A time stamp as a file writes it, of a unit that shows only when the file has been read.
struct TimeStamp {
    std::int64_t whole = 0; ///< in the file's unit
    std::int32_t nanos = 0; ///< fraction of that unit, in thousand millionths
    bool isDate = false; ///< a calendar date: `whole` is in Unix seconds
};

/// Reads a number ("1600000000", "1600000000.25", "1.6000000000e9") or an ISO 8601 date of the Gregorian
/// calendar
/// ("2020-09-13", "2020-09-13T12:26:40.5Z", "2020-09-13 12:26:40+02:00"; without a zone it is UTC). Nothing
/// if the text is neither, or lacks digits down to whole units, as numbers do that a spreadsheet shortened.
std::optional<TimeStamp> timeStampIn(std::string_view text, char decimalPoint = '.');

enum class TimeUnit : std::uint8_t { Seconds, Milliseconds, Microseconds, Nanoseconds };
const char* nameOf(TimeUnit unit);

/// Where time stamps come from.
struct TimeSource {
    std::string file; ///< for notes
    TimeUnit expected = TimeUnit::Seconds; ///< the layout's
};

/// Gives the interactions of one file their times, in the same order. The file's unit is the one in which
/// most of the times lie between 1990 and 2100; if none do in any, the one that their size suggests, or the
/// layout's. A time that lies between 1990 and 2100 in another unit only is read in that one. Notes the unit,
/// such times, and those before 1990 or in the future.
void settleTimes(const TimeSource& source, std::span<const TimeStamp> times,
    std::span<RawInteraction> interactions, std::vector<std::string>& notes);

} // namespace fedcctr::data
