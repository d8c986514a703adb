// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/augmentation.h"
#include "core/augment/candidates.h"

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace fedcctr::augment {

inline constexpr const char* kOfflineName = "offline (no LLM)";

struct OfflineOptions {
    int candidates = kDefaultCandidates; ///< |C|, 1 to kMostCandidates
    std::uint64_t seed = 1; ///< of the candidates
    bool itemsOnly = false; ///< stage 1 alone
    std::function<void(double share, const std::string& what)> progress;
};

/// The augmenter that needs no model: everything comes from the items' own text and the training events.
///   Items:     keywords by term weight; genres from the category path, else the title's head ("olive oil" of
///              "Organic Olive Oil, 2 Pack") where many titles have it; themes are words that both domains
///              use.
///   Users:     interests are the strongest terms of the history. Age and gender stay "unknown".
///   Sequences: a candidate that is at least as similar to the history as the user's own items of that domain
///              typically are to the rest of it is liked, one less similar than most of them disliked.
/// Deterministic. None if stopped.
std::optional<Augmentation> augmentOffline(
    const data::Dataset& dataset, const OfflineOptions& options, const std::stop_token& stop = {});

} // namespace fedcctr::augment
