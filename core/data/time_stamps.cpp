// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/time_stamps.h"

#include "core/base/numbers.h"
#include "core/data/build.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>

namespace fedcctr::data {

namespace {

constexpr std::array kUnits{
    TimeUnit::Seconds, TimeUnit::Milliseconds, TimeUnit::Microseconds, TimeUnit::Nanoseconds};
constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr std::int64_t kSecondsPerDay = 86'400;

// No shop that left a log is older; what is younger than this program's users is no log.
constexpr std::int64_t kYear1990 = 631'152'000;
constexpr std::int64_t kYear2100 = 4'102'444'800;

std::size_t position(TimeUnit unit)
{
    return static_cast<std::size_t>(unit);
}

std::int64_t perSecond(TimeUnit unit)
{
    constexpr std::array<std::int64_t, kUnits.size()> kPerSecond{1, 1'000, 1'000'000, kNanosPerSecond};
    return kPerSecond[position(unit)];
}

/// Unix seconds, rounded down.
std::int64_t secondsOf(const TimeStamp& time, TimeUnit unit)
{
    if (time.isDate)
        return time.whole;
    const std::int64_t per = perSecond(unit);
    return time.whole / per - (time.whole % per < 0 ? 1 : 0);
}

std::int32_t nanosOf(const TimeStamp& time, TimeUnit unit)
{
    if (time.isDate)
        return time.nanos;
    const std::int64_t per = perSecond(unit);
    const std::int64_t rest = time.whole % per + (time.whole % per < 0 ? per : 0);
    return static_cast<std::int32_t>(rest * (kNanosPerSecond / per) + time.nanos / per);
}

bool isLikely(const TimeStamp& time, TimeUnit unit)
{
    const std::int64_t seconds = secondsOf(time, unit);
    return seconds >= kYear1990 && seconds < kYear2100;
}

/// In which a number of that size is a year of five digits or less; small ones say nothing.
std::optional<TimeUnit> unitBySize(std::int64_t number)
{
    constexpr double kMostSeconds = 1e11; // year 5138
    const double size = std::abs(static_cast<double>(number));
    if (size < kMostSeconds)
        return std::nullopt;
    return size < 1e3 * kMostSeconds ? TimeUnit::Milliseconds
        : size < 1e6 * kMostSeconds  ? TimeUnit::Microseconds
                                     : TimeUnit::Nanoseconds;
}

std::string yearText(std::int64_t seconds)
{
    using namespace std::chrono;
    constexpr std::int64_t kMostDays = 3'000'000; // year 10,183
    const std::int64_t day = seconds / kSecondsPerDay - (seconds % kSecondsPerDay < 0 ? 1 : 0);
    if (day > kMostDays || day < -kMostDays)
        return "beyond the calendar";
    const year_month_day date{sys_days{days{day}}};
    return "in the year " + std::to_string(static_cast<int>(date.year()));
}

/// The unit of a file.
TimeUnit unitOf(const TimeSource& source, std::span<const TimeStamp> times)
{
    std::array<std::size_t, kUnits.size()> likely{};
    std::array<std::size_t, kUnits.size()> bySize{};
    for (const TimeStamp& time : times) {
        if (time.isDate)
            continue;
        for (const TimeUnit unit : kUnits)
            likely[position(unit)] += isLikely(time, unit) ? 1U : 0U;
        if (const std::optional<TimeUnit> unit = unitBySize(time.whole))
            ++bySize[position(*unit)];
    }
    for (const auto& counts : {likely, bySize}) {
        const auto most = std::ranges::max_element(counts);
        if (*most > counts[position(source.expected)])
            return kUnits[static_cast<std::size_t>(most - counts.begin())];
        if (*most > 0)
            break;
    }
    return source.expected;
}

/// The unit of one time in a file of unit `own`.
TimeUnit unitOf(const TimeStamp& time, TimeUnit own)
{
    if (time.isDate || isLikely(time, own))
        return own;
    const auto better = std::ranges::find_if(kUnits, [&time](TimeUnit unit) { return isLikely(time, unit); });
    return better == kUnits.end() ? own : *better;
}

bool isPossible(std::int64_t seconds)
{
    using namespace std::chrono;
    static const std::int64_t kTomorrow =
        duration_cast<std::chrono::seconds>((system_clock::now() + hours(24)).time_since_epoch()).count();
    return seconds >= kYear1990 && seconds <= kTomorrow;
}

/// What the times of a file turned out to be.
struct Findings {
    std::size_t dates = 0;
    std::array<std::size_t, kUnits.size()> perUnit{};
    std::size_t impossible = 0;
    std::int64_t firstImpossible = 0;
};

/// Reads digits and separators from the front of a text.
class Front {
public:
    explicit Front(std::string_view text)
        : m_text(text)
    {
    }

    bool atEnd() const { return m_text.empty(); }

    bool skip(std::string_view any)
    {
        if (m_text.empty() || any.find(m_text.front()) == std::string_view::npos)
            return false;
        m_last = m_text.front();
        m_text.remove_prefix(1);
        return true;
    }

    char last() const { return m_last; }

    /// The end of the text.
    bool skipLast(std::string_view word)
    {
        if (m_text != word)
            return false;
        m_text = {};
        return true;
    }

    /// Exactly that many digits, or nothing.
    std::optional<int> digits(std::size_t count)
    {
        const std::string_view word = m_text.substr(0, count);
        if (word.size() < count || word.find_first_not_of("0123456789") != std::string_view::npos)
            return std::nullopt;
        m_text.remove_prefix(count);
        return numberIn<int>(word);
    }

    /// All digits that follow.
    std::string_view allDigits()
    {
        const std::string_view word = m_text.substr(0, m_text.find_first_not_of("0123456789"));
        m_text.remove_prefix(word.size());
        return word;
    }

private:
    std::string_view m_text;
    char m_last = '\0';
};

/// The fraction that the digits after a point are, in thousand millionths.
std::int32_t nanosIn(std::string_view digits)
{
    std::int32_t nanos = 0;
    for (std::size_t i = 0; i < 9; ++i)
        nanos = nanos * 10 + (i < digits.size() ? digits[i] - '0' : 0);
    return nanos;
}

/// Seconds of "hh:mm" or "hh:mm:ss" with a fraction; false if it is none.
bool readClock(Front& front, TimeStamp& time)
{
    const std::optional<int> hour = front.digits(2);
    if (!hour || *hour > 24 || !front.skip(":"))
        return false;
    const std::optional<int> minute = front.digits(2);
    if (!minute || *minute > 59)
        return false;
    int seconds = 0;
    if (front.skip(":")) {
        const std::optional<int> read = front.digits(2);
        if (!read || *read > 60)
            return false;
        seconds = *read;
        if (front.skip(".,"))
            time.nanos = nanosIn(front.allDigits());
    }
    time.whole += *hour * 3600 + *minute * 60 + seconds;
    return true;
}

/// "Z", " UTC", "+02:00", "+0200" or nothing; false if it is none of these.
bool readZone(Front& front, TimeStamp& time)
{
    front.skip(" ");
    if (front.atEnd() || front.skipLast("Z") || front.skipLast("z") || front.skipLast("UTC"))
        return true;
    if (!front.skip("+-"))
        return false;
    const int sign = front.last() == '+' ? 1 : -1;
    const std::optional<int> hours = front.digits(2);
    front.skip(":");
    const std::optional<int> minutes = front.atEnd() ? 0 : front.digits(2);
    if (!hours || !minutes || *hours > 24 || *minutes > 59)
        return false;
    time.whole -= sign * (*hours * 3600 + *minutes * 60);
    return front.atEnd();
}

std::optional<TimeStamp> dateIn(std::string_view text)
{
    using namespace std::chrono;
    Front front(text);
    const std::optional<int> year = front.digits(4);
    if (!year || !front.skip("-/"))
        return std::nullopt;
    const std::optional<int> month = front.digits(2);
    if (!month || !front.skip("-/"))
        return std::nullopt;
    const std::optional<int> day = front.digits(2);
    const year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
        std::chrono::day{static_cast<unsigned>(day.value_or(0))}};
    if (!date.ok())
        return std::nullopt;
    TimeStamp time{sys_days{date}.time_since_epoch().count() * kSecondsPerDay, 0, true};
    if (!front.atEnd() && !(front.skip("Tt ") && readClock(front, time) && readZone(front, time)))
        return std::nullopt;
    return time;
}

/// Digits of a number as a whole and what is behind its point, an exponent taken into account.
std::optional<TimeStamp> numberTimeIn(std::string_view text, char decimalPoint)
{
    const bool negative = text.starts_with('-');
    Front front(text.substr(negative || text.starts_with('+') ? 1 : 0));
    std::string whole(front.allDigits());
    std::string fraction;
    if (whole.empty())
        return std::nullopt;
    if (front.skip(std::string_view(&decimalPoint, 1)))
        fraction = front.allDigits();
    if (front.skip("eE")) {
        front.skip("+");
        const std::optional<std::size_t> power = numberIn<std::size_t>(front.allDigits());
        if (!power || *power > fraction.size())
            return std::nullopt;
        whole += fraction.substr(0, *power);
        fraction.erase(0, *power);
    }
    const std::optional<std::int64_t> value = numberIn<std::int64_t>((negative ? "-" : "") + whole);
    if (!value || !front.atEnd())
        return std::nullopt;
    TimeStamp time{*value, nanosIn(fraction), false};
    if (negative && time.nanos > 0 && time.whole > std::numeric_limits<std::int64_t>::min())
        time = {time.whole - 1, static_cast<std::int32_t>(kNanosPerSecond) - time.nanos, false};
    return time;
}

} // namespace

std::optional<TimeStamp> timeStampIn(std::string_view text, char decimalPoint)
{
    const std::optional<TimeStamp> number = numberTimeIn(text, decimalPoint);
    return number ? number : dateIn(text);
}

const char* nameOf(TimeUnit unit)
{
    constexpr std::array<const char*, kUnits.size()> kNames{
        "seconds", "milliseconds", "microseconds", "nanoseconds"};
    return kNames[position(unit)];
}

void settleTimes(const TimeSource& source, std::span<const TimeStamp> times,
    std::span<RawInteraction> interactions, std::vector<std::string>& notes)
{
    const TimeUnit own = unitOf(source, times);
    Findings found;
    for (std::size_t i = 0; i < times.size(); ++i) {
        const TimeUnit unit = unitOf(times[i], own);
        interactions[i].time = secondsOf(times[i], unit);
        interactions[i].nanos = nanosOf(times[i], unit);
        found.dates += times[i].isDate ? 1U : 0U;
        found.perUnit[position(unit)] += 1;
        if (!isPossible(interactions[i].time) && found.impossible++ == 0)
            found.firstImpossible = interactions[i].time;
    }
    if (times.empty())
        return;
    const auto note = [&](std::size_t count, const std::string& what) {
        notes.push_back(source.file + ": " + std::to_string(count) + " of " + std::to_string(times.size())
            + " times " + what);
    };
    const bool areDates = found.dates == times.size();
    notes.push_back(
        source.file + ": times " + (areDates ? "given as dates" : std::string("in ") + nameOf(own)));
    for (const TimeUnit unit : kUnits)
        if (const std::size_t count = found.perUnit[position(unit)]; unit != own && count > 0)
            note(count, std::string("are in ") + nameOf(unit) + " instead, and were read so");
    if (found.impossible > 0)
        note(found.impossible,
            "are before 1990 or in the future, the first " + yearText(found.firstImpossible)
                + "; they were kept and order the events as they stand");
}

} // namespace fedcctr::data
