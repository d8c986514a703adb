// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/llm/server_failure.h"

#include "core/data/text.h"
#include "core/llm/keys.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

using namespace Qt::StringLiterals;

namespace fedcctr::llm {

namespace {

using End = HttpReply::End;
using std::chrono::milliseconds;

std::string bodyOf(const HttpReply& reply)
{
    return data::repairedUtf8({reply.body.constData(), static_cast<std::size_t>(reply.body.size())});
}

/// What the server says of its refusal: {"error": {"message": …}} and the like, else the body's beginning.
std::string wordsOf(const HttpReply& reply)
{
    const std::string body = bodyOf(reply);
    const auto json = nlohmann::json::parse(body, nullptr, false);
    for (const char* where : {"/error/message", "/error", "/message", "/detail"}) {
        const nlohmann::json::json_pointer pointer(where);
        if (json.is_object() && json.contains(pointer) && json[pointer].is_string())
            return json[pointer].get<std::string>();
    }
    return body;
}

/// Foreign words for a message. The key goes before they are cut: a part of it would no longer be known.
std::string quoted(const std::string& words, const Secret& key)
{
    return data::shown(data::collapsedSpace(key.removedFrom(words)));
}

std::string triesText(int tries)
{
    return tries == 1 ? std::string() : " after " + std::to_string(tries) + " tries";
}

std::string secondsText(milliseconds time)
{
    return std::to_string((time.count() + 999) / 1000) + " s";
}

std::string statusFailure(
    const HttpReply& reply, const ServerSettings& settings, const Secret& key, int tries)
{
    const std::string& url = settings.baseUrl;
    const std::string words = wordsOf(reply);
    const std::string what =
        " (" + reasonOf(reply) + (words.empty() ? std::string() : ": " + quoted(words, key)) + ")";
    switch (reply.status) {
    case 401:
    case 403:
        if (!key.empty())
            return url + " refuses the key" + what + "; put the right one into the key ring or "
                + kKeyVariable;
        return url + " wants a key" + what + "; put one into the key ring or " + kKeyVariable;
    case 404:
        return url + " does not know this address or the model " + data::shown(settings.model) + what
            + "; check the model's name, and the address, which mostly ends in /v1";
    case 408:
        return url + " gave up waiting" + what + triesText(tries) + "; check the network to it";
    case 429:
        return url + " wants fewer requests" + what + triesText(tries)
            + "; lower the number of parallel requests, or try later";
    default:
        break;
    }
    if (reply.status >= 500)
        return url + " failed" + what + triesText(tries) + "; its log should say why";
    return url + " refuses the request" + what
        + "; if the prompt is too long for it, shorten the template or give the server a longer context";
}

} // namespace

bool isPassing(const HttpReply& reply)
{
    switch (reply.end) {
    case End::ConnectionRefused:
    case End::ConnectionLost:
    case End::TimedOut:
        return true;
    case End::Answered:
        return reply.status == 408 || reply.status == 429 || reply.status >= 500;
    default:
        return false;
    }
}

std::optional<milliseconds> retryAfter(const HttpReply& reply, std::chrono::system_clock::time_point now)
{
    const QByteArray text = reply.retryAfter.trimmed();
    if (text.isEmpty())
        return std::nullopt;
    constexpr qlonglong kMost = std::numeric_limits<std::int32_t>::max();
    if (std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
        bool fits = false;
        const qlonglong seconds = text.toLongLong(&fits);
        return std::chrono::seconds(fits ? std::min(seconds, kMost) : kMost);
    }
    QDateTime date = QLocale::c().toDateTime(QString::fromLatin1(text), u"ddd, dd MMM yyyy hh:mm:ss 'GMT'"_s);
    if (!date.isValid())
        return std::nullopt;
    date.setTimeSpec(Qt::UTC);
    const auto wait = milliseconds(date.toMSecsSinceEpoch())
        - std::chrono::duration_cast<milliseconds>(now.time_since_epoch());
    return std::clamp(wait, milliseconds(0), milliseconds(kMost * 1000));
}

milliseconds backOff(milliseconds first, int retry, double jitter)
{
    constexpr double kMost = 60'000;
    const double full = std::min(kMost, static_cast<double>(first.count()) * std::exp2(retry - 1));
    return milliseconds(std::llround(full * (1 - jitter / 2)));
}

bool refusesFormat(const HttpReply& reply)
{
    if (reply.end != End::Answered || (reply.status != 400 && reply.status != 422))
        return false;
    const QByteArray body = reply.body.toLower();
    return std::ranges::any_of(std::array{"response_format", "json_schema", "json_object", "json schema",
                                   "grammar", "structured output"},
        [&](const char* word) { return body.contains(word); });
}

std::string reasonOf(const HttpReply& reply)
{
    switch (reply.end) {
    case End::Answered:
        return "HTTP " + std::to_string(reply.status);
    case End::ConnectionRefused:
        return "connection refused";
    case End::ConnectionLost:
        return "connection lost";
    case End::TimedOut:
        return "no answer in time";
    case End::TooLarge:
        return "answer too large";
    case End::UnknownHost:
        return "unknown host";
    case End::TlsFailed:
        return "TLS failed";
    case End::BadRedirect:
        return "redirected";
    case End::OtherFailure:
        return "no HTTP answer";
    case End::Cancelled:
        break;
    }
    return "cancelled";
}

std::string failureOf(const HttpReply& reply, const ServerSettings& settings, const Secret& key, int tries)
{
    const std::string& url = settings.baseUrl;
    const std::string inItsWords =
        reply.reason.empty() ? std::string() : " (" + quoted(reply.reason, key) + ")";
    switch (reply.end) {
    case End::ConnectionRefused:
        return "connection refused at " + url + "; is the server running?";
    case End::ConnectionLost:
        return "the connection to " + url + " was lost" + triesText(tries) + inItsWords
            + "; is the server still running?";
    case End::TimedOut:
        return "no answer from " + url + " within " + secondsText(settings.timeout) + triesText(tries)
            + "; raise the time-out, or use a faster model";
    case End::TooLarge:
        return "the answer of " + url + " is larger than " + std::to_string(settings.answerLimit >> 10)
            + " KiB and was cut off; lower the number of tokens, or check the address";
    case End::UnknownHost:
        return "the host of " + url + " is not known; check the address and the network";
    case End::TlsFailed:
        return "no safe connection to " + url + inItsWords
            + "; its certificate must be valid for this host and trusted by this machine";
    case End::BadRedirect:
        return url + " redirects " + reply.reason + "; name the right address yourself";
    case End::OtherFailure:
        return "no HTTP answer from " + url + inItsWords + "; check the address";
    default:
        return statusFailure(reply, settings, key, tries);
    }
}

} // namespace fedcctr::llm
