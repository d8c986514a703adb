// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fedcctr::augment {

/// How the command line calls the dataset's own augmentation, which has no name.
inline constexpr const char* kOwnName = "own";

/// An augmentation as it lies in a dataset.
struct ShelvedAugmentation {
    std::string name; ///< empty: the dataset's own
    std::string backend; ///< who made it; empty if the file does not tell
    std::uintmax_t bytes = 0;
    std::filesystem::file_time_type written;
};

/// All of a dataset, its own one first, then by name. Reads the head of each file only.
std::vector<ShelvedAugmentation> listAugmentations(const std::filesystem::path& dataset);

/// Tells one augmentation from another, whatever its name: the first 16 digits of the file's SHA-256. None if
/// the dataset has none of that name.
std::optional<std::string> augmentationChecksum(
    const std::filesystem::path& dataset, const std::string& name);

/// The name under which the dataset holds the augmentation with that checksum; the given one is looked at
/// first. None if it holds none.
std::optional<std::string> findAugmentation(
    const std::filesystem::path& dataset, const std::string& checksum, const std::string& first);

/// Before another content takes the place of the augmentation of that name: the present one gets a name of
/// its own ("own-1a2b3c4d", "NAME-1a2b3c4d"), so that runs that were trained with it find it. Nothing to do
/// if there is none, if it has the new content, or if another name holds it already. Throws Error if the
/// dataset cannot be written.
void keepFormer(const std::filesystem::path& dataset, const std::string& name, const std::string& newContent);

/// Takes an augmentation off the shelf, so that it can be put back: the last one that was removed stays in a
/// hidden folder until another one is. Throws Error if there is none of that name.
void removeAugmentation(const std::filesystem::path& dataset, const std::string& name);

/// Name of the one that can be put back; none if nothing was removed.
std::optional<std::string> removedAugmentation(const std::filesystem::path& dataset);

/// Puts back the one that was removed last and gives its name. Throws Error if there is none, or if its place
/// is taken meanwhile.
std::string restoreAugmentation(const std::filesystem::path& dataset);

} // namespace fedcctr::augment
