// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/llm/openai_client.h"
#include "core/llm/transport.h"

#include <chrono>
#include <optional>
#include <string>

namespace fedcctr::llm {

/// Whether another try may help.
bool isPassing(const HttpReply& reply);

/// The time of a Retry-After header (seconds, or a date seen from `now`), if it is one; never negative.
std::optional<std::chrono::milliseconds> retryAfter(
    const HttpReply& reply, std::chrono::system_clock::time_point now);

/// The wait before a retry (from 1) without Retry-After: doubled each time, of which `jitter` (0 to 1) takes
/// up to half.
std::chrono::milliseconds backOff(std::chrono::milliseconds first, int retry, double jitter);

/// Whether the server's refusal is about the form of the answer that was asked for.
bool refusesFormat(const HttpReply& reply);

/// "HTTP 429", "connection lost", …
std::string reasonOf(const HttpReply& reply);

/// One line for a reply that is no answer: what happened and what to do about it. The key, which may be
/// empty, is taken out of the server's words.
std::string failureOf(const HttpReply& reply, const ServerSettings& settings, const Secret& key, int tries);

} // namespace fedcctr::llm
