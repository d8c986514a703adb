// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/language_model.h"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace fedcctr::llm {

struct HttpReply;

/// How the answer's form is asked for; servers know all, some or none of it.
enum class AnswerFormat : std::uint8_t { JsonSchema, JsonObject, FreeText };

/// "JSON schema", "JSON object", "free text".
std::string nameOf(AnswerFormat format);

/// What of a request a server takes: everything, until it refuses something by its name.
struct RequestForm {
    enum class Stream : std::uint8_t { Off, Unsaid, On };

    AnswerFormat format = AnswerFormat::JsonSchema;
    std::string limit = "max_tokens"; ///< name under which the longest answer is sent; empty: not sent
    std::set<std::string> refusedLimits;
    std::set<std::string> leftOut; ///< of "temperature", "top_p" and "seed"
    Stream stream = Stream::Off;

    bool operator==(const RequestForm&) const = default;
};

/// The JSON of a request. Throws Error if the question's schema is not JSON.
std::string bodyOf(const RequestForm& form, const std::string& model, const augment::Sampling& sampling,
    const augment::Question& question);

/// If the reply refuses a part of the request by its name, that part is made plainer, renamed as the server
/// says, or left out. False if it names none.
bool stepDown(RequestForm& form, const HttpReply& refusal);

/// Joins what two requests have found out.
RequestForm joined(const RequestForm& one, const RequestForm& other);

/// What changed from one form to the other, for people: "takes no 'seed', which is left out".
std::vector<std::string> changes(const RequestForm& from, const RequestForm& to);

} // namespace fedcctr::llm
