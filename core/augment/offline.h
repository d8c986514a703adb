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
/// * Items: keywords by term weight; genres from the category path, else the title's head ("olive oil" of
///   "Extra Olive Oil, 2 Pack") where many titles have it; themes are words that both domains use.
/// * Users: interests are the strongest terms of the history. Age and gender stay "unknown".
/// * Sequences: the measure is how similar the user's own items of a domain are to the rest of the history.
///   A candidate as similar as the upper quarter of them is liked; one below the lower quarter, or with
///   nothing in common, disliked; at most half of the candidates either way.
/// Deterministic. None if stopped.
std::optional<Augmentation> augmentOffline(
    const data::Dataset& dataset, const OfflineOptions& options, const std::stop_token& stop = {});

} // namespace fedcctr::augment
