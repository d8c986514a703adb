// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

namespace fedcctr::augment {

struct Message {
    std::string role; ///< "system", "user" or "assistant"
    std::string content;
};

/// How answers are drawn. Ranges: temperature 0-2, top-p 0-1.
struct Sampling {
    double temperature = 0.4;
    double topP = 0.6;
    int maxTokens = 512;
    std::int64_t seed = 1;
};

struct Question {
    std::vector<Message> messages;
    std::string schemaName; ///< e.g. "item_features"
    std::string schema; ///< JSON schema of the answer, as text
};

/// One exchange with a model, or the failure of it.
struct Answer {
    enum class Kind : std::uint8_t {
        Answered, ///< `text` is what the model wrote
        Failed, ///< the model cannot be reached or refuses; `failure` says why and what to do
        Cancelled,
    };
    Kind kind = Kind::Answered;
    std::string text;
    std::string thoughts; ///< of a reasoning model, where the server tells them apart; never an answer
    std::string declined; ///< why there is none, in the words of the model or the server's content filter
    std::string failure;
    std::vector<std::string> leftOut; ///< of Sampling, what the server does not take: "temperature", …
    bool truncated = false; ///< cut off at maxTokens
    int promptTokens = 0; ///< as the server counts; 0 if it does not say
    int answerTokens = 0;
    int retries = 0; ///< of the transport, before this answer
    double seconds = 0;
};

/// A language model, asked by one thread at a time per call; several threads may ask at once.
class LanguageModel {
public:
    virtual ~LanguageModel() = default;

    /// Waits for the answer; gives up within a second of a stop request.
    virtual Answer ask(const Question& question, const std::stop_token& stop) = 0;

    /// What the store and the tables name it by, e.g. "llama-3.1-8b-instruct at http://127.0.0.1:8080/v1".
    virtual std::string name() const = 0;
};

} // namespace fedcctr::augment
