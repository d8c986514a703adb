// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/spec.h"

namespace fedcctr::model {

/// Every model, in the order of menus.
std::span<const ModelInfo* const> models();

/// Throws Error listing the names.
const ModelInfo& modelInfo(std::string_view name);

/// The model's settings, null where it is of another version.
const ModelInfo* knownModel(std::string_view name);

const ModelInfo& idstClInfo();
const ModelInfo& privateHeadInfo();
const ModelInfo& lrInfo();
const ModelInfo& bstInfo();
const ModelInfo& dienInfo();
const ModelInfo& coNetInfo();
const ModelInfo& miNetInfo();
const ModelInfo& c2dsrInfo();
const ModelInfo& triCdrInfo();
const ModelInfo& fedDssmInfo();
const ModelInfo& fedSasRecInfo();
const ModelInfo& fedCl4SRecInfo();
const ModelInfo& fedDcsrInfo();
const ModelInfo& scriptInfo();

/// Names of the private head's weights of a domain, in order.
std::vector<std::string> privateHeadFeatures(bool prior);

} // namespace fedcctr::model
