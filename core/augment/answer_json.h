// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/augmentation.h"
#include "core/augment/stage.h"

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace fedcctr::augment {

/// JSON schema of a stage's answer, strict: all fields required, none other allowed.
std::string schemaOf(Stage stage, std::size_t candidatesPerDomain);

/// The accepted value as JSON and back, for the store.
std::string toJson(const ItemFeatures& features);
std::string toJson(const UserProfile& profile);
std::string toJson(const SequenceExtension& extension);
ItemFeatures itemFeaturesFrom(std::string_view json);
UserProfile userProfileFrom(std::string_view json);
SequenceExtension sequenceExtensionFrom(std::string_view json);

/// The accepted values as JSON gives them. They throw Error saying what was found and what would be right.
ItemFeatures itemFeaturesIn(const nlohmann::json& row);
UserProfile userProfileIn(const nlohmann::json& row);
SequenceExtension sequenceExtensionIn(const nlohmann::json& row);

} // namespace fedcctr::augment
