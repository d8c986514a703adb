// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace fedcctr::augment {

/// The three stages of PrivAugNet (Section 3.3); each asks for one JSON object.
enum class Stage : std::uint8_t {
    Item, ///< Eq. 7: genres, themes, keywords
    User, ///< Eq. 8: age, gender, interests
    Sequence, ///< Eq. 9-10: liked and disliked among candidates
};
inline constexpr std::array<Stage, 3> kStages{Stage::Item, Stage::User, Stage::Sequence};

/// "item", "user", "sequence".
std::string nameOf(Stage stage);

} // namespace fedcctr::augment
