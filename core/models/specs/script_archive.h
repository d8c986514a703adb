// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/spec.h"

#include <string>
#include <vector>

namespace fedcctr::model {

/// Trained parameters that a TorchScript file tells of itself, read without torch: its extra file
/// "fedcctr.json", {"items.weight": [221, 4], …}. Empty where it has none. Throws Error naming the file and
/// the remedy if it cannot be read or is no TorchScript module.
std::vector<TensorSpec> toldParameters(const std::string& file);

} // namespace fedcctr::model
