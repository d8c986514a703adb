// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

namespace fedcctr::augment {

/// What a model said after it had thought.
struct FinalText {
    std::string_view text; ///< without the thoughts; a draft among them is no answer
    bool endedThinking = false; ///< a closing tag came before
    bool stillThinks = false; ///< the text ended within thoughts that were never closed
};

/// Takes off what a reasoning model thought aloud: <think>, <thinking> and their like, closed or not, also
/// where the opening tag is missing.
FinalText finalText(std::string_view text);

/// The JSON object that answers: one that the text begins with (a code fence or a list around it is
/// tolerated); after prose the last one, of those that have the field if any has, since models think aloud
/// without tags too. None if the object is cut off (its inner ones do not count), or if the text was cut off
/// among prose, where an object may be a draft.
std::optional<nlohmann::json> answerObject(const FinalText& final, std::string_view field, bool isCutOff);

} // namespace fedcctr::augment
