// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/spec.h"

namespace fedcctr::settings {

/// What of the data a model needs and can use, in one sentence: its histories, items' texts, rows of the
/// users and parts of an augmentation.
std::string dataNeeds(const model::ModelInfo& info);

/// Every model with its title, citation and needs, for `fedcctr train --list-models`.
std::string modelList();

} // namespace fedcctr::settings
