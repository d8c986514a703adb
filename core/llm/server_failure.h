// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/llm/openai_client.h"
#include "core/llm/retry_after.h"
#include "core/llm/transport.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace fedcctr::llm {

/// Whether another try may help.
bool isPassing(const HttpReply& reply);

/// Whether the server says that it is still loading the model.
bool isLoading(const HttpReply& reply);

/// The wait before a retry (from 1) without Retry-After: doubled each time, of which `jitter` (0 to 1) takes
/// up to half.
std::chrono::milliseconds backOff(std::chrono::milliseconds first, int retry, double jitter);

/// "HTTP 429", "connection lost", …
std::string reasonOf(const HttpReply& reply);

/// What a server was asked for; the remedies differ.
enum class Asked : std::uint8_t { Chat, Embeddings };

/// One line for a reply that is no answer: what happened, in the server's own words, and what to do about it.
/// The key, which may be empty, is taken out of the server's words.
std::string failureOf(const HttpReply& reply, const ServerSettings& settings, const Secret& key, int tries,
    Asked asked = Asked::Chat);

/// The same for a reply that is an answer, but not the one expected: "a chat completion".
std::string strangeAnswer(
    const HttpReply& reply, const ServerSettings& settings, const Secret& key, const char* expected);

} // namespace fedcctr::llm
