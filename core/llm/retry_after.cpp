// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/llm/retry_after.h"

#include "core/data/text.h"
#include "core/llm/server_words.h"

#include <QDateTime>
#include <QLocale>
#include <QTimeZone>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

using namespace Qt::StringLiterals;

namespace fedcctr::llm {

namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::system_clock;

constexpr double kMostSeconds = std::numeric_limits<std::int32_t>::max();

milliseconds ofSeconds(double seconds)
{
    return milliseconds(std::llround(std::clamp(seconds, 0.0, kMostSeconds) * 1000));
}

/// Seconds in a unit of time; 0 if it is none.
double unitNamed(std::string_view name)
{
    if (name == "ms" || name.starts_with("millisec"))
        return 1e-3;
    if (name == "s" || name.starts_with("sec"))
        return 1;
    if (name == "m" || name.starts_with("min"))
        return 60;
    if (name == "h" || name.starts_with("hour") || name == "hr" || name == "hrs")
        return 3600;
    return name == "d" || name.starts_with("day") ? 86'400 : 0;
}

std::string_view trimmed(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(" \t");
    return begin == std::string_view::npos ? std::string_view()
                                           : text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

/// All of the text as a number; nothing if it is none, or negative.
std::optional<double> numberIn(std::string_view text)
{
    double value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
    if (text.empty() || text[0] == '-' || stop != end)
        return std::nullopt;
    return error == std::errc::result_out_of_range ? kMostSeconds
        : error == std::errc{}                     ? std::optional(value)
                                                   : std::nullopt;
}

milliseconds until(Clock::time_point then, Clock::time_point now)
{
    return ofSeconds(std::chrono::duration<double>(then - now).count());
}

/// A point of time in one of HTTP's three forms, or as ISO 8601 has it.
std::optional<Clock::time_point> dateIn(std::string_view text)
{
    const QString date = QString::fromLatin1(text.data(), static_cast<qsizetype>(text.size())).simplified();
    constexpr std::array kForms{
        "ddd, dd MMM yyyy hh:mm:ss 'GMT'", "ddd MMM d hh:mm:ss yyyy", "dd MMM yyyy hh:mm:ss 'GMT'"};
    QDateTime found;
    for (const char* form : kForms)
        if (!found.isValid())
            found = QLocale::c().toDateTime(date, QString::fromLatin1(form));
    if (!found.isValid()) { // "Sunday, 06-Nov-94 08:49:37 GMT"; Qt takes the year for one of 19yy
        found = QLocale::c().toDateTime(
            date.section(u", "_s, 1), QString::fromLatin1("dd-MMM-yy hh:mm:ss 'GMT'"));
        if (found.isValid() && found.date().year() < 1970)
            found = found.addYears(100);
    }
    if (found.isValid())
        found.setTimeZone(QTimeZone::utc());
    else
        found = QDateTime::fromString(date, Qt::ISODateWithMs);
    if (!found.isValid())
        return std::nullopt;
    return Clock::time_point(milliseconds(found.toMSecsSinceEpoch()));
}

/// A number of seconds, a duration with units, a date, or a number that can only be a date: seconds or
/// milliseconds since 1970.
std::optional<milliseconds> waitIn(std::string_view header, Clock::time_point now)
{
    constexpr double kFirstDate = 1e9, kFirstDateInMs = 1e12;
    const std::string_view text = trimmed(header);
    if (const std::optional<double> number = numberIn(text)) {
        if (*number >= kFirstDateInMs && *number < kFirstDateInMs * 100)
            return until(Clock::time_point(milliseconds(std::llround(*number))), now);
        if (*number >= kFirstDate && *number < kMostSeconds)
            return until(Clock::time_point(std::chrono::seconds(std::llround(*number))), now);
        return ofSeconds(*number);
    }
    if (text.find_first_of(",:") == std::string_view::npos)
        return durationAt(text);
    const auto date = dateIn(text);
    return date ? std::optional(until(*date, now)) : std::nullopt;
}

std::string valueOf(const HttpReply& reply, const std::string& name)
{
    return reply.header(name).toStdString();
}

/// The longest wait for a limit of which nothing remains.
std::optional<milliseconds> resetOf(const HttpReply& reply, Clock::time_point now)
{
    std::optional<milliseconds> longest;
    for (const auto& [name, value] : reply.headers) {
        const std::size_t at = name.find("reset");
        if (at == std::string::npos || name.find("ratelimit") == std::string::npos)
            continue;
        std::string remaining = name;
        remaining.replace(at, std::string_view("reset").size(), "remaining");
        const std::string left = valueOf(reply, remaining);
        const std::optional<milliseconds> wait = waitIn(value.toStdString(), now);
        if (wait && (left.empty() || numberIn(trimmed(left)) == 0.0))
            longest = std::max(longest.value_or(milliseconds(0)), *wait);
    }
    return longest;
}

/// "Please try again in 6m0s", "retry after 30 seconds".
std::optional<milliseconds> waitInWords(const std::string& lower)
{
    for (const std::string_view beginning : {"try again in ", "try again after ", "retry in ", "retry after ",
             "retry again in ", "wait for ", "wait "}) {
        const std::size_t at = lower.find(beginning);
        if (at == std::string::npos)
            continue;
        if (const auto wait = durationAt(std::string_view(lower).substr(at + beginning.size())))
            return wait;
    }
    return std::nullopt;
}

/// A field of the refusal: {"estimated_time": 20.0}, {"retry_after": 3}, {"retryDelay": "34s"}.
std::optional<milliseconds> waitInFields(const nlohmann::ordered_json& json, int depth = 0)
{
    constexpr int kDeepest = 6;
    if (depth > kDeepest || !json.is_structured())
        return std::nullopt;
    for (const auto& member : json.items()) {
        const nlohmann::ordered_json& value = member.value();
        const bool isWait = json.is_object()
            && (member.key() == "estimated_time" || member.key() == "retry_after"
                || member.key() == "retry_after_seconds" || member.key() == "retryDelay");
        if (isWait && value.is_number() && value.get<double>() >= 0)
            return ofSeconds(value.get<double>());
        if (isWait && value.is_string())
            return durationAt(value.get<std::string>());
        if (const auto wait = waitInFields(value, depth + 1))
            return wait;
    }
    return std::nullopt;
}

} // namespace

std::optional<milliseconds> durationAt(std::string_view text)
{
    double seconds = 0;
    bool found = false;
    for (;;) {
        text = text.substr(std::min(text.find_first_not_of(' '), text.size()));
        const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
        // "in 20s." ends a sentence.
        const std::size_t size = text.substr(0, digits).ends_with('.') ? digits - 1 : digits;
        const std::optional<double> number = numberIn(text.substr(0, size));
        if (!number)
            break;
        std::string_view rest = text.substr(size);
        rest = rest.substr(std::min(rest.find_first_not_of(' '), rest.size()));
        std::size_t letters = 0;
        while (letters < rest.size() && rest[letters] >= 'a' && rest[letters] <= 'z')
            ++letters;
        const double unit = unitNamed(rest.substr(0, letters));
        if (unit == 0) {
            // A bare number is one of seconds, if it stands alone.
            if (found || letters > 0)
                break;
            return ofSeconds(*number);
        }
        seconds += *number * unit;
        found = true;
        text = rest.substr(letters);
    }
    return found ? std::optional(ofSeconds(seconds)) : std::nullopt;
}

std::optional<milliseconds> retryAfter(const HttpReply& reply, Clock::time_point now)
{
    if (const auto ms = numberIn(trimmed(valueOf(reply, "retry-after-ms"))))
        return ofSeconds(*ms / 1000);
    if (const auto wait = waitIn(valueOf(reply, "retry-after"), now))
        return wait;
    if (reply.end != HttpReply::End::Answered || reply.status < 400)
        return std::nullopt;
    if (const auto wait = waitInFields(parsedBody(reply)))
        return wait;
    if (const auto wait = waitInWords(lowered(wordsOf(reply))))
        return wait;
    constexpr int kTooMany = 429;
    return reply.status == kTooMany ? resetOf(reply, now) : std::nullopt;
}

} // namespace fedcctr::llm
