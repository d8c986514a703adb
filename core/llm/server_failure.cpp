// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/llm/server_failure.h"

#include "core/data/text.h"
#include "core/llm/keys.h"
#include "core/llm/server_words.h"

#include <algorithm>
#include <cmath>

namespace fedcctr::llm {

namespace {

using End = HttpReply::End;
using std::chrono::milliseconds;

constexpr int kNotImplemented = 501;

/// Foreign words for a message, long enough to hold the remedy that they may name. The key goes before they
/// are cut: a part of it would no longer be known.
std::string quoted(const std::string& words, const Secret& key)
{
    constexpr std::size_t kLongest = 600;
    std::string text = data::collapsedSpace(data::repairedUtf8(key.removedFrom(words)));
    std::ranges::replace_if(
        text, [](char c) { return c >= 0 && (c < ' ' || c == 0x7F); }, ' ');
    if (text.size() > kLongest) {
        std::size_t end = kLongest;
        while ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
            --end;
        text = text.substr(0, end) + "…";
    }
    return "'" + text + "'";
}

std::string triesText(int tries)
{
    return tries == 1 ? std::string() : " after " + std::to_string(tries) + " tries";
}

std::string secondsText(milliseconds time)
{
    return std::to_string((time.count() + 999) / 1000) + " s";
}

/// An account without means, which no waiting helps.
bool isOutOfCredit(const HttpReply& reply)
{
    return holdsAny(lowered(reply.body.toStdString()),
        {"insufficient_quota", "insufficient quota", "current quota", "billing", "credit", "balance",
            "payment"});
}

/// The remedy for a refusal that no status of its own tells of; empty if none can be named.
std::string requestHint(const std::string& lower, const ServerSettings& settings, Asked asked)
{
    if (asked == Asked::Chat && placeOf("max_tokens", lower) != std::string::npos
        && !holdsAny(lower, {"context", "prompt", "input"}))
        return "; lower the number of tokens (--max-tokens)";
    if (holdsAny(lower,
            {"context length", "context size", "context window", "context_length", "too long", "too large",
                "too many tokens", "token limit", "exceed"}))
        return asked == Asked::Chat
            ? "; if the prompt is too long for it, shorten the template, lower the number of tokens or give "
              "the server a longer context"
            : "; ask for fewer texts at a time (--batch), or have the server take longer ones (llama.cpp: -b "
              "and -ub)";
    if (settings.model.empty() && lower.find("model") != std::string::npos)
        return "; name the model (--model)";
    if (asked == Asked::Embeddings && lower.find("embedding") != std::string::npos)
        return "; name a model that embeds texts, and have the server give embeddings (llama.cpp: "
               "--embeddings)";
    return {};
}

std::string notFoundHint(const std::string& lower, const ServerSettings& settings, Asked asked)
{
    const bool isModel = lower.find("model") != std::string::npos;
    if (isModel && settings.model.empty())
        return "; name the model (--model)";
    if (isModel)
        return "; check the model's name";
    return asked == Asked::Chat ? "; check the address, which mostly ends in /v1, and the model's name"
                                : "; check the address, which mostly ends in /v1, the model's name, and that "
                                  "the server gives embeddings";
}

std::string tooManyFailure(
    const HttpReply& reply, const ServerSettings& settings, const std::string& what, int tries, Asked asked)
{
    const auto wait = retryAfter(reply, std::chrono::system_clock::now());
    if (!wait && isOutOfCredit(reply))
        return settings.baseUrl + " has no credit left for this key" + what
            + "; see to the account, or use another server";
    if (wait && *wait > settings.longestRetryAfter)
        return settings.baseUrl + " asks to be left alone for " + secondsText(*wait) + what
            + ", longer than the " + secondsText(settings.longestRetryAfter)
            + " that are waited for; try again then"
            + (asked == Asked::Chat ? ", or lower the number of parallel requests" : "");
    return settings.baseUrl + " wants fewer requests" + what + triesText(tries)
        + (asked == Asked::Chat ? "; lower the number of parallel requests, or try later" : "; try later");
}

std::string serverFaultFailure(const HttpReply& reply, const std::string& lower,
    const ServerSettings& settings, const std::string& what, int tries, Asked asked)
{
    if (isLoading(reply))
        return settings.baseUrl + " is still loading its model" + what + " after "
            + secondsText(settings.loadingPatience)
            + "; try again when it is ready, or wait longer for it (--wait-loading)";
    const auto wait = retryAfter(reply, std::chrono::system_clock::now());
    if (wait && *wait > settings.longestRetryAfter)
        return settings.baseUrl + " failed" + what + " and asks to be left alone for " + secondsText(*wait)
            + ", longer than the " + secondsText(settings.longestRetryAfter)
            + " that are waited for; try again then";
    const std::string hint = requestHint(lower, settings, asked);
    return settings.baseUrl + " failed" + what + triesText(tries)
        + (hint.empty() ? "; its log should say why" : hint);
}

std::string statusFailure(
    const HttpReply& reply, const ServerSettings& settings, const Secret& key, int tries, Asked asked)
{
    const std::string& url = settings.baseUrl;
    const std::string words = wordsOf(reply);
    const std::string lower = lowered(words);
    const std::string what =
        " (" + reasonOf(reply) + (words.empty() ? std::string() : ": " + quoted(words, key)) + ")";
    switch (reply.status) {
    case 401:
        if (!key.empty())
            return url + " refuses the key" + what + "; put the right one into the key ring or "
                + kKeyVariable;
        return url + " wants a key" + what + "; put one into the key ring or " + kKeyVariable;
    case 402:
        return url + " wants to be paid" + what + "; see to the account, or use another server";
    case 403:
        return url + " forbids the request" + what
            + (key.empty() ? "; it may want a key, from the key ring or "
                           : "; the key may lack the right to it, see the key ring or ")
            + kKeyVariable;
    case 404:
        return url + " does not know this address"
            + (settings.model.empty() ? std::string() : " or the model " + data::shown(settings.model)) + what
            + notFoundHint(lower, settings, asked);
    case 408:
        return url + " gave up waiting" + what + triesText(tries) + "; check the network to it";
    case 429:
        return tooManyFailure(reply, settings, what, tries, asked);
    default:
        break;
    }
    if (reply.status >= 500)
        return serverFaultFailure(reply, lower, settings, what, tries, asked);
    return url + " refuses the request" + what + requestHint(lower, settings, asked);
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
        // Of these, one never passes: the account is empty, and no time is named at which it will not be.
        if (reply.status == 429)
            return retryAfter(reply, std::chrono::system_clock::now()) || !isOutOfCredit(reply);
        return reply.status == 408 || (reply.status >= 500 && reply.status != kNotImplemented);
    default:
        return false;
    }
}

bool isLoading(const HttpReply& reply)
{
    constexpr int kUnavailable = 503;
    if (reply.end != End::Answered || reply.status != kUnavailable)
        return false;
    std::string words = lowered(wordsOf(reply));
    for (const std::string_view other : {"overload", "workload", "payload", "upload"})
        for (std::size_t at = words.find(other); at != std::string::npos; at = words.find(other))
            words.erase(at, other.size());
    return holdsAny(words,
        {"load", "not ready", "not yet ready", "starting", "warming", "warm up", "warmup", "initiali",
            "booting"});
}

milliseconds backOff(milliseconds first, int retry, double jitter)
{
    constexpr double kMost = 60'000;
    const double full = std::min(kMost, static_cast<double>(first.count()) * std::exp2(retry - 1));
    return milliseconds(std::llround(full * (1 - jitter / 2)));
}

std::string reasonOf(const HttpReply& reply)
{
    switch (reply.end) {
    case End::Answered:
        return reply.isInside200 ? "error " + std::to_string(reply.status) + " inside HTTP 200"
                                 : "HTTP " + std::to_string(reply.status);
    case End::ConnectionRefused:
        return "connection refused";
    case End::ConnectionLost:
        return "connection lost";
    case End::TimedOut:
        return "no answer in time";
    case End::TooLarge:
        return "answer too large";
    case End::StrangePacking:
        return "strange packing";
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

std::string failureOf(
    const HttpReply& reply, const ServerSettings& settings, const Secret& key, int tries, Asked asked)
{
    const std::string smaller =
        asked == Asked::Chat ? "lower the number of tokens" : "ask for fewer texts at a time (--batch)";
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
            + "; raise the time-out, or " + (asked == Asked::Chat ? "use a faster model" : smaller);
    case End::TooLarge:
        return "the answer of " + url + " is larger than " + std::to_string(settings.answerLimit >> 10)
            + " KiB and was cut off; " + smaller + ", or check the address";
    case End::StrangePacking:
        return "the answer of " + url + " cannot be read" + inItsWords
            + "; have the server, or the proxy before it, send it as it is";
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
        return statusFailure(reply, settings, key, tries, asked);
    }
}

std::string strangeAnswer(
    const HttpReply& reply, const ServerSettings& settings, const Secret& key, const char* expected)
{
    const std::string words = wordsOf(reply);
    return settings.baseUrl + " answered, but not with " + expected
        + (words.empty() ? std::string() : " (it says " + quoted(words, key) + ")")
        + "; is it the address of an OpenAI-compatible server?";
}

} // namespace fedcctr::llm
