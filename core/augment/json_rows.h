// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/augmentation.h"

#include <nlohmann/json_fwd.hpp>

namespace fedcctr::augment {

/// The accepted values as JSON gives them. They throw Error saying what was found and what would be right.
ItemFeatures itemFeaturesFrom(const nlohmann::json& row);
UserProfile userProfileFrom(const nlohmann::json& row);
SequenceExtension sequenceExtensionFrom(const nlohmann::json& row);

} // namespace fedcctr::augment
