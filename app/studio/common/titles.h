// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

#include <QString>

#include <span>

namespace fedcctr::studio {

/// An item's title, or its id if it has none.
QString titleOf(const data::Dataset& dataset, data::ItemId item);

/// "a, b, c"
QString joined(const std::vector<std::string>& words);

/// "Title; Title"
QString titlesOf(const data::Dataset& dataset, std::span<const data::ItemId> items);

} // namespace fedcctr::studio
