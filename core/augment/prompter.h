// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/candidates.h"
#include "core/augment/exchange.h"
#include "core/augment/template.h"
#include "core/augment/values.h"

namespace fedcctr::augment {

/// What the prompts of a dataset are made of.
struct PromptOptions {
    std::array<std::string, kStages.size()> templates; ///< texts, by stage
    int candidates = kDefaultCandidates; ///< |C|, 1 to kMostCandidates
    std::uint64_t seed = 1; ///< of the candidates
    PromptLimits limits;
};

/// Renders the prompts of items and users, from training events only. May be used by several threads. The
/// dataset must outlive it.
class Prompter {
public:
    /// Throws Error at the first fault of a template, naming its stage, line and column.
    Prompter(const data::Dataset& dataset, const PromptOptions& options);

    /// Items of stage 1, users of stages 2 and 3.
    std::size_t subjects(Stage stage) const;

    /// Is there anything to ask? Not of an item without text, nor of a user whose history has none.
    bool hasPrompt(Stage stage, std::size_t subject) const;

    /// `soFar`: the results of the earlier stages, sized as the dataset.
    Prompt prompt(Stage stage, std::size_t subject, const Augmentation& soFar) const;

private:
    const data::Dataset& m_dataset;
    PromptOptions m_options;
    std::vector<Template> m_templates;
    std::array<std::string, kStages.size()> m_hashes;
};

/// An augmentation of the dataset in which nothing is filled yet.
Augmentation emptyAugmentation(const data::Dataset& dataset, const std::string& backend);

/// Puts the accepted answer of an exchange where it belongs; a rejected one changes nothing.
void accept(const Exchange& exchange, Augmentation& augmentation);

} // namespace fedcctr::augment
