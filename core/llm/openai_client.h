// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/language_model.h"
#include "core/llm/secret.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace fedcctr::llm {

/// Why and how long a client waits before it asks again.
struct Wait {
    std::string reason; ///< e.g. "HTTP 429"
    std::chrono::milliseconds time{0};
    int retry = 0; ///< from 1
};

/// Of a server that speaks OpenAI's chat completions: llama.cpp, Ollama, vLLM, hosted ones.
struct ServerSettings {
    std::string baseUrl = "http://127.0.0.1:8080/v1"; ///< see normalisedBaseUrl()
    std::string model; ///< empty: the server's only one
    augment::Sampling sampling;
    std::chrono::milliseconds timeout{60'000}; ///< of one request, from its start to the end of its answer
    int mostRetries = 2;
    std::chrono::milliseconds firstBackOff{500}; ///< doubled with every retry; the wait is 50-100 % of it
    std::chrono::seconds longestRetryAfter{600}; ///< a server that asks for more has the request fail
    std::size_t answerLimit = std::size_t{4} << 20; ///< bytes of an HTTP answer; the rest is cut off
    std::function<void(const Wait&)> waiting; ///< if set: called by the asking thread before every retry
};

/// How the answer's form is asked for; servers know all, some or none of it.
enum class AnswerFormat : std::uint8_t { JsonSchema, JsonObject, FreeText };

/// What a server said about itself.
struct ModelList {
    std::vector<std::string> models;
    std::string failure; ///< empty if it answered
    double seconds = 0;
};

/// Asks one server. Retries on 408, 429, 5xx, connection loss and time-out, with exponential back-off and
/// jitter; obeys Retry-After; follows redirects to the same server only; verifies TLS. A failure is one line
/// with a remedy and never holds the key.
///
/// A QCoreApplication must exist. Every call runs an event loop of its own in the calling thread, which must
/// not be the window's.
class OpenAiClient : public augment::LanguageModel {
public:
    /// Throws Error if the address or a setting is wrong.
    explicit OpenAiClient(ServerSettings settings, Secret key = {});

    /// `seconds` is the time of the last request alone, without waits and earlier tries.
    augment::Answer ask(const augment::Question& question, const std::stop_token& stop) override;

    /// "MODEL at BASE-URL".
    std::string name() const override;

    /// The models that the server offers: a small request to see that address and key are right.
    ModelList models(const std::stop_token& stop);

    /// What the server was found to take so far; JsonSchema until it refuses that.
    AnswerFormat format() const { return m_format.load(); }

    const ServerSettings& settings() const { return m_settings; }

private:
    struct Tried;
    Tried untilAnswered(
        const std::string& endpoint, const std::string& body, const std::stop_token& stop) const;
    void remember(AnswerFormat taken);
    std::string requestBody(const augment::Question& question, AnswerFormat format) const;

    ServerSettings m_settings;
    Secret m_key;
    std::atomic<AnswerFormat> m_format = AnswerFormat::JsonSchema;
};

/// "JSON schema", "JSON object", "free text".
std::string nameOf(AnswerFormat format);

} // namespace fedcctr::llm
