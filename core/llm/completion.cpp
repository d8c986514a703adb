// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/llm/completion.h"

#include "core/llm/event_stream.h"
#include "core/llm/server_words.h"

#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

namespace fedcctr::llm {

namespace {

using augment::Answer;
using Json = nlohmann::ordered_json;

constexpr int kBadRequest = 400, kNoKey = 401, kTooMany = 429, kUnavailable = 503;

int countIn(const Json& json, const char* name)
{
    const Json* count = memberOf(json, name);
    if (!count || !count->is_number())
        return 0;
    const double value = count->get<double>();
    return value > 0 && value <= std::numeric_limits<int>::max() ? static_cast<int>(value) : 0;
}

std::string stringIn(const Json& json, const char* name)
{
    const Json* text = memberOf(json, name);
    return text && text->is_string() ? text->get<std::string>() : std::string();
}

/// A message's text: a string, null, or a list of parts that have one. Parts of a kind of their own, such as
/// thoughts, are no text.
std::string textOf(const Json& content)
{
    if (content.is_string())
        return content.get<std::string>();
    std::string text;
    if (content.is_array())
        for (const Json& part : content) {
            const std::string type = stringIn(part, "type");
            if (part.is_string())
                text += part.get<std::string>();
            else if (type.empty() || type == "text" || type == "output_text")
                text += stringIn(part, "text");
        }
    return text;
}

/// Of servers that tell a model's thoughts apart.
std::string thoughtsOf(const Json& message)
{
    for (const char* name : {"reasoning_content", "reasoning", "thinking"})
        if (std::string text = stringIn(message, name); !text.empty())
            return text;
    for (const char* name : {"reasoning_details", "content"})
        if (const Json* list = memberOf(message, name); list && list->is_array())
            for (const Json& part : *list)
                if (const std::string type = stringIn(part, "type");
                    type.find("reason") != std::string::npos || type.find("think") != std::string::npos)
                    return part.dump(-1, ' ', false, Json::error_handler_t::replace);
    return {};
}

const Json* firstChoiceOf(const Json& json)
{
    const Json* choices = memberOf(json, "choices");
    return choices && choices->is_array() && !choices->empty() ? &choices->front() : nullptr;
}

bool isSomething(const Json* json)
{
    return json
        && ((json->is_string() && !json->get_ref<const std::string&>().empty())
            || (json->is_structured() && !json->empty()));
}

/// The part of an HTTP 200 that tells of an error, if there is one.
const Json* errorIn(const Json& json)
{
    const Json* choice = firstChoiceOf(json);
    for (const Json* place :
        {choice, choice && stringIn(*choice, "finish_reason") != "error" ? nullptr : &json})
        if (const Json* error = place ? memberOf(*place, "error") : nullptr; isSomething(error))
            return error;
    if (choice || memberOf(json, "data"))
        return nullptr;
    const bool isError = stringIn(json, "object") == "error"
        || (memberOf(json, "code") && (memberOf(json, "message") || memberOf(json, "detail")));
    return isError ? &json : nullptr;
}

/// A number or text that is an HTTP status of a failure.
std::optional<int> failureStatusIn(const Json& json, const char* name)
{
    const Json* code = memberOf(json, name);
    int status = 0;
    if (code && code->is_number())
        status = countIn(json, name);
    else if (const std::string text = stringIn(json, name); !text.empty())
        std::from_chars(text.data(), text.data() + text.size(), status);
    return status >= kBadRequest && status < 600 ? std::optional(status) : std::nullopt;
}

/// The status that an error names, or that its words stand for.
int statusOf(const Json& error, const Json& whole)
{
    for (const Json* place : {&error, &whole})
        for (const char* name : {"code", "status", "status_code", "http_status", "statusCode"})
            if (const auto status = failureStatusIn(*place, name))
                return *status;
    const std::string words = lowered(error.dump(-1, ' ', false, Json::error_handler_t::replace));
    if (holdsAny(words, {"rate_limit", "rate limit", "ratelimit", "too many requests", "resource_exhausted"}))
        return kTooMany;
    if (holdsAny(words,
            {"overload", "busy", "unavailable", "loading", "timeout", "timed out", "time out", "try again",
                "server_error", "internal error", "internal server error", "temporar", "capacity"}))
        return kUnavailable;
    if (holdsAny(words, {"invalid_api_key", "invalid api key", "authentication", "unauthorized"}))
        return kNoKey;
    return kBadRequest;
}

bool isSuccess(const HttpReply& reply)
{
    return reply.end == HttpReply::End::Answered && reply.status >= 200 && reply.status < 300;
}

void readEnd(const Json& choice, const Json& message, int most, Answer& answer)
{
    const std::string reason = lowered(stringIn(choice, "finish_reason"));
    answer.truncated = holdsAny(reason, {"length", "max_tokens", "max_output_tokens", "token_limit"})
        || (reason.empty() && answer.answerTokens >= most);
    answer.declined = stringIn(message, "refusal");
    if (answer.declined.empty() && holdsAny(reason, {"content_filter", "safety", "recitation", "refusal"}))
        answer.declined = "the server's content filter withheld the answer (" + reason + ")";
}

} // namespace

void straighten(HttpReply& reply)
{
    if (reply.end != HttpReply::End::Answered)
        return;
    if (isEventStream(reply)) {
        const EventStream stream = gathered(reply.body);
        reply.body = stream.body;
        if (isSuccess(reply) && !stream.isWhole)
            reply.end = HttpReply::End::ConnectionLost;
    }
    if (!isSuccess(reply))
        return;
    const Json json = parsedBody(reply);
    if (const Json* error = errorIn(json)) {
        reply.status = statusOf(*error, json);
        reply.isInside200 = true;
    }
}

bool readCompletion(const HttpReply& reply, int most, Answer& answer)
{
    const Json json = parsedBody(reply);
    const Json* choice = firstChoiceOf(json);
    if (!choice || !choice->is_object())
        return false;
    const Json* message = memberOf(*choice, "message");
    if (!message && !memberOf(*choice, "text"))
        return false;
    if (const Json* usage = memberOf(json, "usage")) {
        answer.promptTokens = countIn(*usage, "prompt_tokens");
        answer.answerTokens = countIn(*usage, "completion_tokens");
    }
    const Json* content = message ? memberOf(*message, "content") : nullptr;
    answer.text = content ? textOf(*content) : message ? std::string() : stringIn(*choice, "text");
    answer.thoughts = message ? thoughtsOf(*message) : std::string();
    readEnd(*choice, message ? *message : Json::object(), most, answer);
    return true;
}

} // namespace fedcctr::llm
