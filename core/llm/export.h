// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/store.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace fedcctr::llm {

enum class ExportFormat : std::uint8_t { Csv, JsonLines };

/// Writes the newest exchange of each subject of a stage: UTF-8, one record or line per subject, all fields;
/// in JSON lines `accepted` is an object. `subjectName` gives the item's or user's id for a number. The file
/// appears when it is complete. Throws Error naming it.
void exportStore(const augment::Store& store, augment::Stage stage, ExportFormat format,
    const std::filesystem::path& file, const std::function<std::string(std::int32_t)>& subjectName);

} // namespace fedcctr::llm
