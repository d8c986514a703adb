// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/answer.h"
#include "core/augment/augmentation.h"
#include "core/data/dataset.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <span>

namespace fedcctr::augment {

/// How much of a dataset goes into one question, so that small models with short contexts can answer it.
struct PromptLimits {
    std::size_t history = 20; ///< newest training events shown
    std::size_t words = 5; ///< genres, themes and keywords shown per item, each
    std::size_t textLength = 120; ///< characters of a title, of the categories, of a creator
};

/// What the placeholders of the three templates stand for (see placeholders()). Histories hold training
/// events only, oldest first: no held-out event reaches a prompt. `items`: stage 1's features by ItemId, or
/// empty.
nlohmann::json itemValues(const data::Dataset& dataset, data::ItemId item, const PromptLimits& limits = {});
nlohmann::json userValues(const data::Dataset& dataset, std::size_t user, std::span<const ItemFeatures> items,
    const PromptLimits& limits = {});
nlohmann::json sequenceValues(const data::Dataset& dataset, std::size_t user,
    std::span<const ItemFeatures> items, const UserProfile& profile, const Candidates& candidates,
    const PromptLimits& limits = {});

} // namespace fedcctr::augment
