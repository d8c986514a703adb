// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/importers/preview.h"

namespace fedcctr::data {

/// The beginning of an Amazon dump: reviews of any year, or metadata.
Preview amazonPreview(const std::filesystem::path& file, std::size_t rows);

} // namespace fedcctr::data
