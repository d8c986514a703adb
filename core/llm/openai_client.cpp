// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/llm/openai_client.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/data/text.h"
#include "core/llm/address.h"
#include "core/llm/completion.h"
#include "core/llm/retry_after.h"
#include "core/llm/server_failure.h"
#include "core/llm/server_words.h"
#include "core/llm/transport.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <random>
#include <utility>

namespace fedcctr::llm {

namespace {

using augment::Answer;
using End = HttpReply::End;

constexpr int kMostRedirects = 5;
constexpr std::size_t kLongestName = 500;
constexpr const char* kEmbeddings = "/embeddings";

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
    require(settings.loadingPatience.count() >= 0 && settings.loadingPatience <= std::chrono::hours(24),
        "the wait for a model that is loaded must be from 0 to 24 h");
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

} // namespace

/// A reply and what it took to get it.
struct OpenAiClient::Tried {
    HttpReply reply;
    int retries = 0;
    int loads = 0; ///< waits for a model that is loaded
    bool answered = false;
    bool refused = false; ///< as the caller told
    std::string failure; ///< unless answered, refused or cancelled
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
    RequestForm form = this->form();
    Tried tried;
    do {
        tried = untilAnswered(
            "/chat/completions", bodyOf(form, m_settings.model, m_settings.sampling, question),
            [&form](const HttpReply& reply) { return stepDown(form, reply); }, stop);
        answer.retries += tried.retries;
    } while (tried.refused);
    answer.seconds = tried.reply.seconds;
    if (tried.reply.end == End::Cancelled) {
        answer.kind = Answer::Kind::Cancelled;
    } else if (!tried.answered) {
        answer.kind = Answer::Kind::Failed;
        answer.failure = tried.failure;
    } else if (readCompletion(tried.reply, m_settings.sampling.maxTokens, answer)) {
        remember(form);
        for (std::string* text : {&answer.text, &answer.thoughts, &answer.declined})
            *text = m_key.removedFrom(std::move(*text));
        answer.leftOut.assign(form.leftOut.begin(), form.leftOut.end());
        if (form.limit.empty())
            answer.leftOut.emplace_back("max_tokens");
    } else {
        answer.kind = Answer::Kind::Failed;
        answer.failure = strangeAnswer(tried.reply, m_settings, m_key, "a chat completion");
    }
    return answer;
}

Embeddings OpenAiClient::embed(std::span<const std::string> texts, const std::stop_token& stop)
{
    const Tried tried = untilAnswered(
        kEmbeddings, embeddingsBody(m_settings.model, texts), [](const HttpReply&) { return false; }, stop);
    Embeddings result;
    result.retries = tried.retries;
    result.seconds = tried.reply.seconds;
    if (tried.reply.end == End::Cancelled) {
        result.kind = Embeddings::Kind::Cancelled;
        return result;
    }
    result.failure = tried.failure;
    if (tried.answered) {
        bool isEmbeddings = false;
        const std::string problem = readEmbeddings(tried.reply, texts.size(), result, isEmbeddings);
        if (!isEmbeddings)
            result.failure = strangeAnswer(tried.reply, m_settings, m_key, "embeddings");
        else if (!problem.empty())
            result.failure = m_settings.baseUrl + ' ' + problem;
    }
    if (!result.failure.empty())
        result.kind = Embeddings::Kind::Failed;
    return result;
}

ModelList OpenAiClient::models(const std::stop_token& stop)
{
    const Tried tried = untilAnswered(
        "/models", {}, [](const HttpReply&) { return false; }, stop);
    ModelList list;
    list.seconds = tried.reply.seconds;
    list.failure = tried.reply.end == End::Cancelled ? "cancelled" : tried.failure;
    if (!tried.answered)
        return list;
    const nlohmann::ordered_json json = parsedBody(tried.reply);
    const nlohmann::ordered_json* models = memberOf(json, "data");
    if (!models || !models->is_array()) {
        list.failure = strangeAnswer(tried.reply, m_settings, m_key, "a list of models");
        return list;
    }
    for (const nlohmann::ordered_json& model : *models)
        if (const nlohmann::ordered_json* id = memberOf(model, "id"); id && id->is_string())
            list.models.push_back(m_key.removedFrom(id->get<std::string>()));
    return list;
}

OpenAiClient::Tried OpenAiClient::untilAnswered(const std::string& endpoint, const std::string& body,
    const std::function<bool(const HttpReply&)>& isRefusal, const std::stop_token& stop)
{
    const HttpRequest request{QUrl(QString::fromStdString(m_settings.baseUrl + endpoint)),
        QByteArray::fromStdString(body), m_key.reveal(), m_settings.timeout, m_settings.answerLimit};
    Tried tried;
    const auto cancelled = [&tried] {
        tried.reply.end = End::Cancelled;
        return tried;
    };
    for (;;) {
        if (!pauseAsTold(stop))
            return cancelled();
        tried.reply = sentOn(request, stop);
        straighten(tried.reply);
        tried.answered =
            tried.reply.end == End::Answered && tried.reply.status >= 200 && tried.reply.status < 300;
        if (tried.answered) {
            const std::scoped_lock lock(m_mutex);
            m_loadingSince.reset();
        }
        if (tried.answered || tried.reply.end == End::Cancelled)
            return tried;
        tried.refused = isRefusal(tried.reply);
        if (tried.refused)
            return tried;
        const std::optional<Wait> wait = waitAfter(tried.reply, tried);
        if (!wait)
            break;
        if (m_settings.waiting)
            m_settings.waiting(*wait);
        if (!slept(wait->time, stop))
            return cancelled();
    }
    const Asked asked = endpoint == kEmbeddings ? Asked::Embeddings : Asked::Chat;
    tried.failure = m_key.removedFrom(failureOf(tried.reply, m_settings, m_key, tried.retries + 1, asked));
    return tried;
}

/// How long to wait before the next try; nothing if there is to be none.
std::optional<Wait> OpenAiClient::waitAfter(const HttpReply& reply, Tried& tried)
{
    constexpr std::chrono::milliseconds kLongestLook{2000}; // at a server that loads
    const auto asked = retryAfter(reply, std::chrono::system_clock::now());
    Random random(std::random_device{}());
    if (isLoading(reply) && isPatient()) {
        const auto own = std::min(kLongestLook, backOff(m_settings.firstBackOff, ++tried.loads, 0));
        return Wait{reasonOf(reply) + ", the server loads its model",
            std::clamp(asked.value_or(own), own, std::max(own, kLongestLook)), tried.loads};
    }
    const bool tooLong = asked && *asked > m_settings.longestRetryAfter;
    if (!isPassing(reply) || tooLong || tried.retries == m_settings.mostRetries)
        return std::nullopt;
    ++tried.retries;
    const auto own = backOff(m_settings.firstBackOff, tried.retries, random.uniform());
    if (asked)
        keepPause(*asked);
    return Wait{reasonOf(reply), std::max(own, asked.value_or(own)), tried.retries};
}

/// Waits while another thread was told to leave the server alone. False if a stop was asked for.
bool OpenAiClient::pauseAsTold(const std::stop_token& stop)
{
    for (;;) {
        Clock::duration left{};
        {
            const std::scoped_lock lock(m_mutex);
            left = m_notBefore - Clock::now();
        }
        if (left <= Clock::duration::zero())
            return true;
        if (!slept(std::chrono::ceil<std::chrono::milliseconds>(left), stop))
            return false;
    }
}

void OpenAiClient::keepPause(Clock::duration time)
{
    const std::scoped_lock lock(m_mutex);
    m_notBefore = std::max(m_notBefore, Clock::now() + time);
}

/// Counts from the first time that the server said that it loads, in whatever thread.
bool OpenAiClient::isPatient()
{
    const std::scoped_lock lock(m_mutex);
    if (!m_loadingSince)
        m_loadingSince = Clock::now();
    return Clock::now() - *m_loadingSince < m_settings.loadingPatience;
}

RequestForm OpenAiClient::form() const
{
    const std::scoped_lock lock(m_mutex);
    return m_form;
}

/// Only what was followed by an answer is remembered: a refusal may have had another reason. Never goes back
/// up.
void OpenAiClient::remember(const RequestForm& taken)
{
    std::vector<std::string> found;
    {
        const std::scoped_lock lock(m_mutex);
        const RequestForm known = std::exchange(m_form, joined(m_form, taken));
        found = changes(known, m_form);
    }
    if (m_settings.noted)
        for (const std::string& change : found)
            m_settings.noted(m_settings.baseUrl + ' ' + change);
}

} // namespace fedcctr::llm
