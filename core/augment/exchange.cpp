// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/exchange.h"

#include "core/augment/answer_json.h"
#include "core/base/sha256.h"
#include "core/data/text.h"

#include <chrono>
#include <nlohmann/json.hpp>

namespace fedcctr::augment {

namespace {

/// An answer after the checks, whatever its stage.
struct Judged {
    bool isUsable = false;
    std::string json;
    std::vector<Rejected> rejected;
};

template <typename Value> Judged judged(Checked<Value> checked)
{
    return {
        checked.usable, checked.usable ? toJson(checked.value) : std::string(), std::move(checked.rejected)};
}

Judged checked(const Prompt& prompt, const Answer& answer)
{
    switch (prompt.stage) {
    case Stage::Item:
        return judged(checkItem(answer.text, answer.truncated));
    case Stage::User:
        return judged(checkUser(answer.text, answer.truncated));
    case Stage::Sequence:
        break;
    }
    return judged(checkSequence(answer.text, prompt.candidates, answer.truncated));
}

/// Where the server tells more of an unusable answer than its text does, that is the reason.
Judged judge(const Prompt& prompt, const Answer& answer)
{
    Judged verdict = checked(prompt, answer);
    const bool isBlank = data::collapsedSpace(answer.text).empty();
    if (verdict.isUsable)
        return verdict;
    if (!answer.declined.empty())
        verdict.rejected = {{Rejection::Declined, answer.declined}};
    else if (isBlank && !answer.thoughts.empty() && !answer.truncated)
        verdict.rejected = {{Rejection::OnlyThoughts,
            "the answer holds nothing but the model's thoughts; allow more tokens"}};
    return verdict;
}

Question questionOf(const Prompt& prompt)
{
    const std::size_t most = std::max(prompt.candidates[0].size(), prompt.candidates[1].size());
    return {{{"user", prompt.text}}, nameOf(prompt.stage), schemaOf(prompt.stage, most)};
}

/// The conversation so far and what was wrong with the answer. A long answer is cut: its beginning is enough.
/// An empty one is left out, with its turn: servers refuse empty messages and two of one role in a row.
Question repairOf(Question question, const std::string& answer, const std::vector<Rejected>& rejected)
{
    constexpr std::size_t kLongestEcho = 4000;
    if (data::collapsedSpace(answer).empty()) {
        question.messages.back().content += "\n\n" + repairMessage(rejected);
        return question;
    }
    question.messages.push_back({"assistant", data::repairedUtf8(answer.substr(0, kLongestEcho))});
    question.messages.push_back({"user", repairMessage(rejected)});
    return question;
}

void keepRejections(std::vector<std::string>& kept, const std::vector<Rejected>& rejected)
{
    for (const Rejected& part : rejected)
        kept.push_back(
            data::repairedUtf8(nameOf(part.reason) + (part.detail.empty() ? "" : ": " + part.detail)));
}

/// Thoughts that stand alone are kept as what they are.
std::string rawOf(const Answer& answer)
{
    return data::repairedUtf8(
        answer.text.empty() && !answer.thoughts.empty() ? "<think>\n" + answer.thoughts : answer.text);
}

std::string parametersOf(const Sampling& sampling, const Answer& answer)
{
    nlohmann::json parameters{{"temperature", sampling.temperature}, {"top_p", sampling.topP},
        {"max_tokens", sampling.maxTokens}, {"seed", sampling.seed}};
    for (const std::string& name : answer.leftOut)
        parameters.erase(name);
    return parameters.dump();
}

/// Counts an answer into the exchange; true if it is usable.
bool take(const Answer& answer, const Judged& verdict, Exchange& exchange)
{
    exchange.raw = rawOf(answer);
    exchange.accepted = verdict.json;
    exchange.promptTokens += answer.promptTokens;
    exchange.answerTokens += answer.answerTokens;
    exchange.retries += answer.retries;
    exchange.seconds += answer.seconds;
    keepRejections(exchange.rejections, verdict.rejected);
    return verdict.isUsable;
}

std::int64_t now()
{
    using namespace std::chrono;
    return duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

} // namespace

std::string keyOf(const Prompt& prompt, const std::string& model, const Sampling& sampling)
{
    const nlohmann::json asked{{"model", model}, {"temperature", sampling.temperature},
        {"top_p", sampling.topP}, {"max_tokens", sampling.maxTokens}, {"seed", sampling.seed},
        {"stage", nameOf(prompt.stage)}, {"subject", prompt.subject}, {"candidates", prompt.candidates},
        {"prompt", prompt.text}};
    return sha256(asked.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

Exchanged exchangeWith(
    LanguageModel& model, const Prompt& prompt, const Sampling& sampling, const std::stop_token& stop)
{
    Exchanged result;
    Exchange& exchange = result.exchange;
    exchange.stage = prompt.stage;
    exchange.subject = prompt.subject;
    exchange.key = keyOf(prompt, model.name(), sampling);
    exchange.backend = model.name();
    exchange.templateHash = prompt.templateHash;
    exchange.prompt = prompt.text;

    Question question = questionOf(prompt);
    Answer answer = model.ask(question, stop);
    if (answer.kind == Answer::Kind::Answered) {
        const Judged verdict = judge(prompt, answer);
        if (!take(answer, verdict, exchange)) {
            answer = model.ask(repairOf(std::move(question), answer.text, verdict.rejected), stop);
            exchange.repaired =
                answer.kind == Answer::Kind::Answered && take(answer, judge(prompt, answer), exchange);
        }
    }
    exchange.parameters = parametersOf(sampling, answer);
    exchange.time = now();
    result.kind = answer.kind;
    result.failure = answer.failure;
    return result;
}

std::string reasonOf(const std::string& rejection)
{
    return rejection.substr(0, rejection.find(": "));
}

} // namespace fedcctr::augment
