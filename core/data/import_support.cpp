// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/import_support.h"

#include "core/base/numbers.h"
#include "core/data/dataset.h"

#include <cmath>

namespace fedcctr::data {

std::optional<std::int16_t> ratingOf(const std::string& text)
{
    const std::optional<double> value = numberIn<double>(text);
    if (!value || !(*value >= 0 && *value * 100 <= kMostRating))
        return std::nullopt;
    return static_cast<std::int16_t>(std::lround(*value * 100));
}

} // namespace fedcctr::data
