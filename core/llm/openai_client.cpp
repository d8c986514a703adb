// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/llm/openai_client.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/data/text.h"
#include "core/llm/address.h"
#include "core/llm/server_failure.h"
#include "core/llm/transport.h"

#include <algorithm>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <nlohmann/json.hpp>
#include <random>
#include <utility>

namespace fedcctr::llm {

namespace {

using augment::Answer;
using End = HttpReply::End;
using Json = nlohmann::ordered_json; // a model fills a schema's fields in their order

constexpr int kMostRedirects = 5;
constexpr std::size_t kLongestName = 500;

void require(bool holds, const std::string& message)
{
    if (!holds)
        throw Error(message);
}

void check(const ServerSettings& settings)
{
    const augment::Sampling& sampling = settings.sampling;
    require(sampling.temperature >= 0 && sampling.temperature <= 2, "temperature must be from 0 to 2");
    require(sampling.topP >= 0 && sampling.topP <= 1, "top-p must be from 0 to 1");
    require(
        sampling.maxTokens >= 1 && sampling.maxTokens <= 1'000'000, "max tokens must be from 1 to 1000000");
    require(settings.timeout.count() > 0 && settings.timeout <= std::chrono::hours(24),
        "the time-out must be from 1 ms to 24 h");
    require(settings.mostRetries >= 0 && settings.mostRetries <= 20, "retries must be from 0 to 20");
    require(settings.firstBackOff.count() >= 0, "the first wait before a retry must not be negative");
    require(settings.answerLimit > 0, "the limit of an answer's size must be positive");
    require(settings.model.size() <= kLongestName && !data::invalidUtf8(settings.model),
        "the model's name is too long or not UTF-8");
}

/// False if a stop was asked for.
bool slept(std::chrono::milliseconds time, const std::stop_token& stop)
{
    std::mutex mutex;
    std::condition_variable_any bell;
    std::unique_lock lock(mutex);
    bell.wait_for(lock, stop, time, [] { return false; });
    return !stop.stop_requested();
}

/// One request, and where the same server sends it on to. None of the redirects leads to another server.
HttpReply sentOn(HttpRequest request, const std::stop_token& stop)
{
    HttpReply reply = send(request, stop);
    for (int redirects = 0; reply.end == End::Answered && !reply.redirect.isEmpty(); ++redirects) {
        const bool same = isSameServer(request.url, reply.redirect);
        if (!same || redirects == kMostRedirects) {
            reply.end = End::BadRedirect;
            reply.reason = same ? "in circles"
                                : "to another server, " + data::shown(reply.redirect.host().toStdString())
                    + ", which is not followed";
            break;
        }
        request.url = reply.redirect;
        reply = send(request, stop);
    }
    return reply;
}

Json parsedBody(const HttpReply& reply)
{
    // Repaired: one broken character must not cost a whole answer.
    return Json::parse(
        data::repairedUtf8({reply.body.constData(), static_cast<std::size_t>(reply.body.size())}), nullptr,
        false);
}

const Json* memberOf(const Json& json, const char* name)
{
    const auto found = json.is_object() ? json.find(name) : json.end();
    return found == json.end() ? nullptr : &*found;
}

int countIn(const Json& json, const char* name)
{
    const Json* count = memberOf(json, name);
    if (!count || !count->is_number())
        return 0;
    const double value = count->get<double>();
    return value > 0 && value <= std::numeric_limits<int>::max() ? static_cast<int>(value) : 0;
}

/// A message's text: a string, null, or a list of parts that have one.
std::string textOf(const Json& content)
{
    if (content.is_string())
        return content.get<std::string>();
    std::string text;
    if (content.is_array())
        for (const Json& part : content)
            if (const Json* piece = memberOf(part, "text"); piece && piece->is_string())
                text += piece->get<std::string>();
    return text;
}

/// Takes the completion out of the server's JSON; false if it is no completion.
bool readCompletion(const Json& json, Answer& answer)
{
    const Json* choices = memberOf(json, "choices");
    if (!choices || !choices->is_array() || choices->empty())
        return false;
    const Json* message = memberOf(choices->front(), "message");
    const Json* content = message ? memberOf(*message, "content") : nullptr;
    if (!message)
        return false;
    answer.text = content ? textOf(*content) : std::string();
    if (const Json* reason = memberOf(choices->front(), "finish_reason"); reason && reason->is_string())
        answer.truncated = reason->get<std::string>() == "length";
    if (const Json* usage = memberOf(json, "usage")) {
        answer.promptTokens = countIn(*usage, "prompt_tokens");
        answer.answerTokens = countIn(*usage, "completion_tokens");
    }
    return true;
}

} // namespace

/// A reply and what it took to get it.
struct OpenAiClient::Tried {
    HttpReply reply;
    int retries = 0;
    bool answered = false;
    std::string failure; ///< unless answered or cancelled
};

OpenAiClient::OpenAiClient(ServerSettings settings, Secret key)
    : m_settings(std::move(settings))
    , m_key(std::move(key))
{
    m_settings.baseUrl = normalisedBaseUrl(m_settings.baseUrl);
    check(m_settings);
}

std::string OpenAiClient::name() const
{
    return (m_settings.model.empty() ? "default model" : m_settings.model) + " at " + m_settings.baseUrl;
}

augment::Answer OpenAiClient::ask(const augment::Question& question, const std::stop_token& stop)
{
    Answer answer;
    AnswerFormat format = m_format.load();
    Tried tried;
    for (;;) {
        tried = untilAnswered("/chat/completions", requestBody(question, format), stop);
        answer.retries += tried.retries;
        if (format == AnswerFormat::FreeText || !refusesFormat(tried.reply))
            break;
        format = static_cast<AnswerFormat>(static_cast<int>(format) + 1);
    }
    answer.seconds = tried.reply.seconds;
    if (tried.reply.end == End::Cancelled) {
        answer.kind = Answer::Kind::Cancelled;
    } else if (!tried.answered) {
        answer.kind = Answer::Kind::Failed;
        answer.failure = tried.failure;
    } else if (readCompletion(parsedBody(tried.reply), answer)) {
        remember(format);
        answer.text = m_key.removedFrom(std::move(answer.text));
    } else {
        answer.kind = Answer::Kind::Failed;
        answer.failure = m_settings.baseUrl
            + " answered, but not with a chat completion; is it the address of an OpenAI-compatible server?";
    }
    return answer;
}

ModelList OpenAiClient::models(const std::stop_token& stop)
{
    const Tried tried = untilAnswered("/models", {}, stop);
    ModelList list;
    list.seconds = tried.reply.seconds;
    list.failure = tried.reply.end == End::Cancelled ? "cancelled" : tried.failure;
    if (!tried.answered)
        return list;
    const Json json = parsedBody(tried.reply);
    const Json* models = memberOf(json, "data");
    if (!models || !models->is_array()) {
        list.failure = m_settings.baseUrl
            + " answered, but not with a list of models; is it the address of an OpenAI-compatible server?";
        return list;
    }
    for (const Json& model : *models)
        if (const Json* id = memberOf(model, "id"); id && id->is_string())
            list.models.push_back(m_key.removedFrom(id->get<std::string>()));
    return list;
}

OpenAiClient::Tried OpenAiClient::untilAnswered(
    const std::string& endpoint, const std::string& body, const std::stop_token& stop) const
{
    Random random(std::random_device{}());
    const HttpRequest request{QUrl(QString::fromStdString(m_settings.baseUrl + endpoint)),
        QByteArray::fromStdString(body), m_key.reveal(), m_settings.timeout, m_settings.answerLimit};
    Tried tried;
    for (;;) {
        tried.reply = sentOn(request, stop);
        tried.answered =
            tried.reply.end == End::Answered && tried.reply.status >= 200 && tried.reply.status < 300;
        if (tried.answered || tried.reply.end == End::Cancelled)
            return tried;
        const auto asked = retryAfter(tried.reply, std::chrono::system_clock::now());
        const bool tooLong = asked && *asked > m_settings.longestRetryAfter;
        if (!isPassing(tried.reply) || tooLong || tried.retries == m_settings.mostRetries)
            break;
        ++tried.retries;
        const auto own = backOff(m_settings.firstBackOff, tried.retries, random.uniform());
        const Wait wait{reasonOf(tried.reply), std::max(own, asked.value_or(own)), tried.retries};
        if (m_settings.waiting)
            m_settings.waiting(wait);
        if (!slept(wait.time, stop)) {
            tried.reply.end = End::Cancelled;
            return tried;
        }
    }
    tried.failure = m_key.removedFrom(failureOf(tried.reply, m_settings, m_key, tried.retries + 1));
    return tried;
}

/// Only what was followed by an answer is remembered: a refusal may have had another reason. Never goes back
/// up.
void OpenAiClient::remember(AnswerFormat taken)
{
    AnswerFormat known = m_format.load();
    while (known < taken && !m_format.compare_exchange_weak(known, taken)) { }
}

std::string OpenAiClient::requestBody(const augment::Question& question, AnswerFormat format) const
{
    Json messages = Json::array();
    for (const augment::Message& message : question.messages)
        messages.push_back({{"role", message.role}, {"content", message.content}});
    Json body = Json::object();
    if (!m_settings.model.empty())
        body["model"] = m_settings.model;
    body["messages"] = std::move(messages);
    body["temperature"] = m_settings.sampling.temperature;
    body["top_p"] = m_settings.sampling.topP;
    body["max_tokens"] = m_settings.sampling.maxTokens;
    body["seed"] = m_settings.sampling.seed;
    body["stream"] = false;
    if (format == AnswerFormat::JsonSchema && !question.schema.empty()) {
        Json schema = Json::parse(question.schema, nullptr, false);
        if (schema.is_discarded())
            throw Error("the schema " + question.schemaName + " is not JSON", Error::Kind::Failure);
        body["response_format"] = {{"type", "json_schema"},
            {"json_schema",
                {{"name", question.schemaName}, {"strict", true}, {"schema", std::move(schema)}}}};
    } else if (format != AnswerFormat::FreeText) {
        body["response_format"] = {{"type", "json_object"}};
    }
    return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

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

} // namespace fedcctr::llm
