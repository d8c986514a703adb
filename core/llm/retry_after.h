// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/llm/transport.h"

#include <chrono>
#include <optional>
#include <string_view>

namespace fedcctr::llm {

/// How long a server wants to be left alone, if it says so, in any form in use: the headers Retry-After
/// (seconds, or a date seen from `now`), retry-after-ms and the resets of rate limits that are used up, or
/// the refusal's words ("try again in 20s"). Never negative.
std::optional<std::chrono::milliseconds> retryAfter(
    const HttpReply& reply, std::chrono::system_clock::time_point now);

/// The time of "1h2m3.5s", "500ms", "20 seconds", "1.5" (seconds) at the start of a text.
std::optional<std::chrono::milliseconds> durationAt(std::string_view text);

} // namespace fedcctr::llm
