// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/prompter.h"

#include "core/augment/answer_json.h"
#include "core/base/sha256.h"
#include "core/data/history.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace fedcctr::augment {

namespace {

constexpr std::size_t indexOf(Stage stage)
{
    return static_cast<std::size_t>(stage);
}

} // namespace

Prompter::Prompter(const data::Dataset& dataset, const PromptOptions& options)
    : m_dataset(dataset)
    , m_options(options)
{
    for (const Stage stage : kStages) {
        const std::string& text = options.templates[indexOf(stage)];
        m_templates.push_back(Template::parse(text, stage));
        m_hashes[indexOf(stage)] = sha256(text);
    }
}

std::size_t Prompter::subjects(Stage stage) const
{
    return stage == Stage::Item ? m_dataset.items.size() : m_dataset.userCount();
}

bool Prompter::hasPrompt(Stage stage, std::size_t subject) const
{
    if (stage == Stage::Item)
        return hasText(m_dataset.items[subject]);
    return std::ranges::any_of(m_dataset.events(subject), [&](const data::Event& event) {
        return event.role == data::Role::Train
            && hasText(m_dataset.items[static_cast<std::size_t>(event.item)]);
    });
}

Prompt Prompter::prompt(Stage stage, std::size_t subject, const Augmentation& soFar) const
{
    Prompt prompt;
    prompt.stage = stage;
    prompt.subject = static_cast<std::int32_t>(subject);
    prompt.templateHash = m_hashes[indexOf(stage)];
    nlohmann::json values;
    if (stage == Stage::Item) {
        values = itemValues(m_dataset, prompt.subject, m_options.limits);
    } else if (stage == Stage::User) {
        values = userValues(m_dataset, subject, soFar.items, m_options.limits);
    } else {
        prompt.candidates = sampleCandidates(m_dataset, subject, m_options.candidates, m_options.seed);
        values = sequenceValues(
            m_dataset, subject, soFar.items, soFar.users[subject], prompt.candidates, m_options.limits);
    }
    prompt.text = m_templates[indexOf(stage)].render(values);
    return prompt;
}

Augmentation emptyAugmentation(const data::Dataset& dataset, const std::string& backend)
{
    Augmentation augmentation;
    augmentation.backend = backend;
    augmentation.items.resize(dataset.items.size());
    augmentation.users.resize(dataset.userCount());
    augmentation.sequences.resize(dataset.userCount());
    return augmentation;
}

void accept(const Exchange& exchange, Augmentation& augmentation)
{
    if (exchange.accepted.empty())
        return;
    const auto subject = static_cast<std::size_t>(exchange.subject);
    switch (exchange.stage) {
    case Stage::Item:
        augmentation.items[subject] = itemFeaturesFrom(exchange.accepted);
        break;
    case Stage::User:
        augmentation.users[subject] = userProfileFrom(exchange.accepted);
        break;
    case Stage::Sequence:
        augmentation.sequences[subject] = sequenceExtensionFrom(exchange.accepted);
        break;
    }
}

} // namespace fedcctr::augment
