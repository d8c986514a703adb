// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace fedcctr::llm {

/// The address of an OpenAI-compatible server in one spelling: http or https, no "/" at the end, ".../v1" if
/// no path is given, without "/chat/completions" or "/embeddings". Throws Error that says what is wrong; user
/// names, passwords and "?…" are refused, since an address is shown and stored.
std::string normalisedBaseUrl(std::string_view text);

/// Whether requests to this address stay on this machine: localhost, 127.0.0.0/8 or ::1.
bool staysOnThisMachine(std::string_view baseUrl);

/// Host and, if it is given, port: for the statement of what goes where.
std::string hostOf(std::string_view baseUrl);

} // namespace fedcctr::llm
