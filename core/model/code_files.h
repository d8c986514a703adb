// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/model/codes.h"

#include <filesystem>
#include <optional>

namespace fedcctr::model {

/// DIRECTORY/MARKET.csv: the header "kind,id,global:32,local:32" names the layers and their sizes ("global"
/// is the shared one), then a line "item,B000UXZQ42,17,4" or "user,ca00001,3,8" per row; with Codes::places
/// columns x and y behind them, empty of users. Written beside and
/// renamed.
void writeCodes(const Codes& codes, const data::Dataset& silo, const std::filesystem::path& directory);

/// None if there is no such file. Throws Error naming file and line if it is damaged or of other rows.
std::optional<Codes> readCodes(const data::Dataset& silo, const std::filesystem::path& directory);

} // namespace fedcctr::model
