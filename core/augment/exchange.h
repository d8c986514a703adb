// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/answer.h"
#include "core/augment/language_model.h"
#include "core/augment/store.h"

#include <stop_token>

namespace fedcctr::augment {

/// A prompt ready to be sent, and whom it is about.
struct Prompt {
    Stage stage = Stage::Item;
    std::int32_t subject = 0;
    std::string text;
    std::string templateHash;
    Candidates candidates; ///< of stage 3
};

/// The key under which the exchange is kept: SHA-256 of the model's name, the parameters, the rendered prompt
/// and the subject (two items with one title are two exchanges).
std::string keyOf(const Prompt& prompt, const std::string& model, const Sampling& sampling);

/// How an exchange ended.
struct Exchanged {
    Answer::Kind kind = Answer::Kind::Answered;
    std::string failure; ///< if it failed: why and what to do
    Exchange exchange; ///< to be kept if it was answered
};

/// Asks, checks the answer, and if it is unusable asks once more, saying what was wrong. Blocks.
Exchanged exchangeWith(
    LanguageModel& model, const Prompt& prompt, const Sampling& sampling, const std::stop_token& stop);

/// "unknown candidate" of "unknown candidate: liked_A: 17 is not …", as exchanges keep their rejections.
std::string reasonOf(const std::string& rejection);

} // namespace fedcctr::augment
