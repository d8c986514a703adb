// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fedcctr::augment {

/// What stage 1 found out about an item. Public side information. Words are normalised.
struct ItemFeatures {
    std::vector<std::string> genres;
    std::vector<std::string> themes;
    std::vector<std::string> keywords;

    bool empty() const { return genres.empty() && themes.empty() && keywords.empty(); }
    bool operator==(const ItemFeatures&) const = default;
};

/// Closed sets; "unknown" is always allowed and is the empty state.
inline constexpr std::array<const char*, 7> kAges{
    "unknown", "under 18", "18-24", "25-34", "35-49", "50-64", "65 and over"};
inline constexpr std::array<const char*, 4> kGenders{"unknown", "female", "male", "other"};

/// What stage 2 found out about a user: stays in the client's own data.
struct UserProfile {
    std::string age = kAges[0];
    std::string gender = kGenders[0];
    std::vector<std::string> interests;

    bool empty() const { return age == kAges[0] && gender == kGenders[0] && interests.empty(); }
    bool operator==(const UserProfile&) const = default;
};

/// What stage 3 chose for a user among sampled candidates, by domain; also the client's own.
struct SequenceExtension {
    std::array<std::vector<data::ItemId>, 2> liked; ///< E_s: joins the sequence, As = s~ U E_s
    std::array<std::vector<data::ItemId>, 2> disliked; ///< training negatives

    bool empty() const
    {
        return liked[0].empty() && liked[1].empty() && disliked[0].empty() && disliked[1].empty();
    }
    bool operator==(const SequenceExtension&) const = default;
};

/// A dataset's augmentation as training reads it: what all accepted answers say together.
struct Augmentation {
    std::string backend; ///< "offline (no LLM)", or the model's name
    std::vector<ItemFeatures> items; ///< by ItemId; empty where nothing was accepted
    std::vector<UserProfile> users;
    std::vector<SequenceExtension> sequences;
};

/// The file beside the dataset that training reads: DATASET/augmentation.json, or, of an augmentation with a
/// name, DATASET/augmentations/NAME.json. Throws Error for a name that is more than letters, digits, ".",
/// "_",
/// "+" and "-", or that begins with a ".".
std::filesystem::path augmentationFile(const std::filesystem::path& dataset, const std::string& name = {});

/// Those with a name that the dataset has, sorted. Missing dataset: none.
std::vector<std::string> augmentationNames(const std::filesystem::path& dataset);

/// Reads it. None if the dataset has no own one. Throws Error naming the file if it is damaged or belongs to
/// another dataset (ids and counts are checked), or if there is none of that name.
std::optional<Augmentation> loadAugmentation(
    const std::filesystem::path& dataset, const data::Dataset& data, const std::string& name = {});

/// Written beside and renamed. One of that name with another content is kept first (keepFormer() in shelf.h).
void saveAugmentation(const Augmentation& augmentation, const data::Dataset& data,
    const std::filesystem::path& dataset, const std::string& name = {});

} // namespace fedcctr::augment
