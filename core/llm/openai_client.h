// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/language_model.h"
#include "core/llm/embeddings.h"
#include "core/llm/request_form.h"
#include "core/llm/secret.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace fedcctr::llm {

/// Why and how long a client waits before it asks again.
struct Wait {
    std::string reason; ///< e.g. "HTTP 429"
    std::chrono::milliseconds time{0};
    int retry = 0; ///< from 1
};

/// Of a server that speaks OpenAI's chat completions or embeddings: llama.cpp, Ollama, vLLM, hosted ones.
struct ServerSettings {
    std::string baseUrl = "http://127.0.0.1:8080/v1"; ///< see normalisedBaseUrl()
    std::string model; ///< empty: the server's only one
    augment::Sampling sampling;
    std::chrono::milliseconds timeout{60'000}; ///< of one request, from its start to the end of its answer
    int mostRetries = 2;
    std::chrono::milliseconds firstBackOff{500}; ///< doubled with every retry; the wait is 50-100 % of it
    std::chrono::seconds longestRetryAfter{600}; ///< a server that asks for more has the request fail
    std::chrono::seconds loadingPatience{120}; ///< with a server that says that it loads its model
    std::size_t answerLimit = std::size_t{4} << 20; ///< bytes of an HTTP answer; the rest is cut off
    std::function<void(const Wait&)> waiting; ///< if set: called by the asking thread before every retry

    /// If set: called once for everything that the server was found not to take, with a sentence about it.
    std::function<void(const std::string&)> noted;
};

/// What a server said about itself.
struct ModelList {
    std::vector<std::string> models;
    std::string failure; ///< empty if it answered
    double seconds = 0;
};

/// Asks one server. Retries on 408, 429, 5xx, connection loss and time-out, with exponential back-off and
/// jitter, and for longer while the server loads its model; obeys Retry-After, in all threads; sends what the
/// server refuses by name in a plainer form, under another name or not at all, and remembers it; follows
/// redirects to the same server only; verifies TLS. A failure is one line with a remedy and never holds the
/// key.
///
/// A QCoreApplication must exist. Every call runs an event loop of its own in the calling thread, which must
/// not be the window's.
class OpenAiClient : public augment::LanguageModel {
public:
    /// Throws Error if the address or a setting is wrong.
    explicit OpenAiClient(ServerSettings settings, Secret key = {});

    /// `seconds` is the time of the last request alone, without waits and earlier tries.
    augment::Answer ask(const augment::Question& question, const std::stop_token& stop) override;

    /// The vectors of the texts, in one request to /embeddings, under the same rules as ask(). Checked: as
    /// many as texts, in their order, of one width, finite. `texts` must not be empty.
    Embeddings embed(std::span<const std::string> texts, const std::stop_token& stop);

    /// "MODEL at BASE-URL".
    std::string name() const override;

    /// The models that the server offers: a small request to see that address and key are right.
    ModelList models(const std::stop_token& stop);

    /// What the server was found to take so far; JsonSchema until it refuses that.
    AnswerFormat format() const { return form().format; }

    const ServerSettings& settings() const { return m_settings; }

private:
    struct Tried;
    using Clock = std::chrono::steady_clock;

    Tried untilAnswered(const std::string& endpoint, const std::string& body,
        const std::function<bool(const HttpReply&)>& isRefusal, const std::stop_token& stop);
    bool pauseAsTold(const std::stop_token& stop);
    std::optional<Wait> waitAfter(const HttpReply& reply, Tried& tried);
    bool isPatient();
    void keepPause(Clock::duration time);
    RequestForm form() const;
    void remember(const RequestForm& taken);

    ServerSettings m_settings;
    Secret m_key;
    mutable std::mutex m_mutex; ///< of what follows
    RequestForm m_form; ///< that the server is known to take
    Clock::time_point m_notBefore{}; ///< the server wants to be left alone until then
    std::optional<Clock::time_point> m_loadingSince;
};

} // namespace fedcctr::llm
