// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/llm/request_form.h"

#include "core/base/error.h"
#include "core/llm/server_words.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

namespace fedcctr::llm {

namespace {

using Json = nlohmann::ordered_json; // a model fills a schema's fields in their order
using Stream = RequestForm::Stream;

/// Names under which servers know the longest answer.
constexpr std::array kLimits{"max_completion_tokens", "max_output_tokens", "max_new_tokens", "max_tokens"};

/// A part of the request, under the names that refusals have for it.
struct Part {
    const char* name;
    std::vector<std::string> words; ///< in small letters
    bool isPlainWord = false; ///< the name also occurs in talk of other things
};

const std::vector<Part>& parts()
{
    static const std::vector<Part> kParts{
        {"response_format",
            {"response_format", "responseformat", "response format", "json_schema", "json schema",
                "json_object", "json object", "json mode", "json_mode", "grammar", "structured output",
                "structured outputs", "structured_outputs", "guided_json", "guided decoding"}},
        {"temperature", {"temperature"}, true}, {"top_p", {"top_p", "top-p", "topp", "top p"}},
        {"seed", {"seed"}, true}, {"stream", {"stream", "streaming"}, true}};
    return kParts;
}

bool isSent(const RequestForm& form, const std::string& part)
{
    if (part == "response_format")
        return form.format != AnswerFormat::FreeText;
    if (part == "stream")
        return form.stream != Stream::On;
    return !form.leftOut.contains(part);
}

/// Words that say that a parameter is not taken, rather than that something went wrong.
bool soundsLikeRefusal(std::string_view lower)
{
    return holdsAny(lower,
        {"support", "unknown", "unrecogni", "unexpected", "invalid", "not allowed", "not permitted",
            "not accept", "not available", "not implemented", "not known", "known", "extra", "must", "only",
            "forbidden", "takes no", "no such", "cannot", "can't", "instead", "deprecated", "removed",
            "refus", "reject", "illegal", "unable", "disallow", "ignore", "drop", "omit", "default"});
}

/// The number of tokens is too large for the server, not the name unknown.
bool isAboutSize(std::string_view lower)
{
    return holdsAny(lower,
               {"context", "too large", "too long", "too many", "exceed", "at most", "at least", "less than",
                   "greater than", "maximum value", "larger than", "must be"})
        && !holdsAny(lower,
            {"support", "unknown", "unrecogni", "unexpected", "not allowed", "not permitted", "instead",
                "deprecated", "extra", "takes no"});
}

std::size_t firstPlaceOf(const std::vector<std::string>& words, std::string_view lower)
{
    std::size_t first = std::string_view::npos;
    for (const std::string& word : words)
        first = std::min(first, placeOf(word, lower));
    return first;
}

/// What a text may mean.
struct Reading {
    bool plainWords = true; ///< names that are plain words too
    bool limit = true; ///< the name of the longest answer
};

/// The first part of the request that the text names. "max_tokens" stands for the longest answer, whatever it
/// was sent as.
std::optional<std::string> firstNamed(const RequestForm& form, std::string_view lower, Reading reading)
{
    std::optional<std::string> first;
    std::size_t place = std::string_view::npos;
    const auto see = [&](const std::string& name, std::size_t at) {
        if (at < place) {
            place = at;
            first = name;
        }
    };
    for (const Part& part : parts())
        if (isSent(form, part.name) && (!part.isPlainWord || reading.plainWords))
            see(part.name, firstPlaceOf(part.words, lower));
    if (!form.limit.empty() && reading.limit) {
        see("max_tokens", placeOf(form.limit, lower));
        // Some only name what they would take.
        if (form.limit == "max_tokens" && first != "max_tokens")
            see("max_tokens", placeOf("max_completion_tokens", lower));
    }
    return first;
}

void refuseLimit(RequestForm& form, std::string_view lower)
{
    form.refusedLimits.insert(form.limit);
    const bool wasOldest = form.limit == "max_tokens";
    std::size_t place = std::string_view::npos;
    form.limit.clear();
    for (const char* name : kLimits)
        if (const std::size_t at = placeOf(name, lower); at < place && !form.refusedLimits.contains(name)) {
            place = at;
            form.limit = name;
        }
    if (form.limit.empty() && wasOldest && !form.refusedLimits.contains(kLimits[0]))
        form.limit = kLimits[0];
}

void refuse(RequestForm& form, const std::string& part, std::string_view lower)
{
    if (part == "max_tokens")
        refuseLimit(form, lower);
    else if (part == "response_format")
        form.format = static_cast<AnswerFormat>(static_cast<int>(form.format) + 1);
    else if (part == "stream")
        form.stream = static_cast<Stream>(static_cast<int>(form.stream) + 1);
    else
        form.leftOut.insert(part);
}

Json responseFormat(AnswerFormat format, const augment::Question& question)
{
    if (format == AnswerFormat::JsonObject || question.schema.empty())
        return {{"type", "json_object"}};
    Json schema = Json::parse(question.schema, nullptr, false);
    if (schema.is_discarded())
        throw Error("the schema " + question.schemaName + " is not JSON", Error::Kind::Failure);
    return {{"type", "json_schema"},
        {"json_schema", {{"name", question.schemaName}, {"strict", true}, {"schema", std::move(schema)}}}};
}

std::string limitChange(const RequestForm& from, const RequestForm& to)
{
    return "takes no '" + from.limit + "', "
        + (to.limit.empty() ? "the length of answers is left to it" : "which is sent as '" + to.limit + "'");
}

} // namespace

std::string nameOf(AnswerFormat format)
{
    switch (format) {
    case AnswerFormat::JsonSchema:
        return "JSON schema";
    case AnswerFormat::JsonObject:
        return "JSON object";
    case AnswerFormat::FreeText:
        break;
    }
    return "free text";
}

std::string bodyOf(const RequestForm& form, const std::string& model, const augment::Sampling& sampling,
    const augment::Question& question)
{
    Json messages = Json::array();
    for (const augment::Message& message : question.messages)
        messages.push_back({{"role", message.role}, {"content", message.content}});
    Json body = Json::object();
    if (!model.empty())
        body["model"] = model;
    body["messages"] = std::move(messages);
    if (isSent(form, "temperature"))
        body["temperature"] = sampling.temperature;
    if (isSent(form, "top_p"))
        body["top_p"] = sampling.topP;
    if (!form.limit.empty())
        body[form.limit] = sampling.maxTokens;
    if (isSent(form, "seed"))
        body["seed"] = sampling.seed;
    if (form.stream != Stream::Unsaid)
        body["stream"] = form.stream == Stream::On;
    if (form.format != AnswerFormat::FreeText)
        body["response_format"] = responseFormat(form.format, question);
    return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool stepDown(RequestForm& form, const HttpReply& refusal)
{
    constexpr int kBadRequest = 400, kNoKey = 401, kTooSlow = 408, kUnprocessable = 422, kTooMany = 429;
    const int status = refusal.status;
    if (refusal.end != HttpReply::End::Answered || status < 400 || status == kNoKey || status == kTooSlow
        || status == kTooMany)
        return false;
    const std::string words = lowered(wordsOf(refusal));
    const bool isOfTheRequest = status == kBadRequest || status == kUnprocessable;
    const bool isOfTheName = !isAboutSize(words);
    std::optional<std::string> part;
    for (const std::string& name : namedParameters(refusal))
        if (!part)
            part = firstNamed(form, lowered(name), {true, isOfTheName});
    if (!part)
        part = firstNamed(form, words, {isOfTheRequest || soundsLikeRefusal(words), isOfTheName});
    if (part)
        refuse(form, *part, words);
    return part.has_value();
}

RequestForm joined(const RequestForm& one, const RequestForm& other)
{
    RequestForm both = one;
    both.format = std::max(one.format, other.format);
    both.stream = std::max(one.stream, other.stream);
    both.leftOut.insert(other.leftOut.begin(), other.leftOut.end());
    if (other.refusedLimits.size() > one.refusedLimits.size()) {
        both.refusedLimits = other.refusedLimits;
        both.limit = other.limit;
    }
    return both;
}

std::vector<std::string> changes(const RequestForm& from, const RequestForm& to)
{
    std::vector<std::string> texts;
    if (from.format != to.format)
        texts.push_back(
            "takes no " + nameOf(from.format) + ", the form of answers is asked for as " + nameOf(to.format));
    if (from.limit != to.limit)
        texts.push_back(limitChange(from, to));
    for (const std::string& name : to.leftOut)
        if (!from.leftOut.contains(name))
            texts.push_back("does not take '" + name + "' as it was sent, its own is used");
    if (from.stream != to.stream)
        texts.push_back(to.stream == Stream::On ? "answers as a stream only" : "takes no 'stream'");
    return texts;
}

} // namespace fedcctr::llm
