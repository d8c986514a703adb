// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/llm/transport.h"

#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace fedcctr::llm {

/// A reply's body as JSON, with what is no UTF-8 or no character repaired; discarded if it is none.
nlohmann::ordered_json parsedBody(const HttpReply& reply);

/// The member of an object, if it is one and has it.
const nlohmann::ordered_json* memberOf(const nlohmann::ordered_json& json, const char* name);

/// What the server says of its refusal, in whatever form servers have for that: {"error": {"message": …}},
/// {"detail": [{"loc": …, "msg": …}]}, a web page, …; else the body's beginning. May hold the key.
std::string wordsOf(const HttpReply& reply);

/// Parameters of the request that a refusal names in a field for that: "param", "loc".
std::vector<std::string> namedParameters(const HttpReply& reply);

/// With small ASCII letters.
std::string lowered(std::string_view text);

/// Whether a text, in small letters, holds one of the words.
bool holdsAny(std::string_view text, std::initializer_list<std::string_view> words);

/// Where `name` stands in the text and is no part of a longer name; npos if nowhere.
std::size_t placeOf(std::string_view name, std::string_view text);

} // namespace fedcctr::llm
