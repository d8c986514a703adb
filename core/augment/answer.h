// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/augmentation.h"
#include "core/augment/stage.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fedcctr::augment {

/// Why an answer, or a part of it, was not taken. Counted, never silently kept.
enum class Rejection : std::uint8_t {
    NotJson, ///< no JSON object in the text, or one with a mistake
    MissingField,
    WrongType, ///< or a word outside a closed set
    UnknownField,
    UnknownCandidate, ///< a number that was not offered
    Duplicate,
    InBothLists, ///< liked and disliked: taken out of both
    TooLong, ///< entries beyond a list's limit, or an entry that is too long
    CutOff, ///< at the limit of tokens, before the answer was whole
    OnlyThoughts, ///< of a reasoning model, and no answer after them
    Declined, ///< by the model or the server's content filter
};

/// "not JSON", "missing field", …
std::string nameOf(Rejection rejection);

struct Rejected {
    Rejection reason = Rejection::NotJson;
    std::string detail; ///< for the reader and for the repair, e.g. "liked_A: 17 is not a candidate"
};

/// Limits of the answers.
inline constexpr std::size_t kMostGenres = 5, kMostThemes = 5, kMostKeywords = 10, kMostInterests = 10;
inline constexpr std::size_t kMostWordLength = 40;

/// What was taken of an answer and what not. `usable` is false if the answer as a whole is refused (not JSON,
/// a missing field, a wrong type): one repair is asked for. Otherwise bad parts were dropped.
template <typename Value> struct Checked {
    Value value;
    std::vector<Rejected> rejected;
    bool usable = false;
};

/// `candidates`: by domain, the items behind the numbers 1 … of the question.
using Candidates = std::array<std::vector<data::ItemId>, 2>;

/// They take the JSON object of the text that answers (see answerObject()). `isCutOff`: the text ended at the
/// limit of tokens.
Checked<ItemFeatures> checkItem(std::string_view text, bool isCutOff = false);
Checked<UserProfile> checkUser(std::string_view text, bool isCutOff = false);
Checked<SequenceExtension> checkSequence(
    std::string_view text, const Candidates& candidates, bool isCutOff = false);

/// Says to the model what was wrong with its last answer, in one short message.
std::string repairMessage(std::span<const Rejected> rejected);

} // namespace fedcctr::augment
