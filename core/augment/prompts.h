// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/stage.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace fedcctr::augment {

/// Where a dataset keeps its own template of a stage: DATASET/prompts/NAME.txt.
std::filesystem::path templateFile(const std::filesystem::path& dataset, Stage stage);

/// The text of the template: the dataset's own if it was edited, else the default. It may have faults; see
/// Template::parse() and faultsOf(). Throws Error naming the file if it cannot be read.
std::string loadTemplate(const std::filesystem::path& dataset, Stage stage);

/// Keeps a template with the dataset, faults and all, so that nothing typed is lost. The default's text
/// leaves no file: a later default takes effect. Throws Error naming the file if it cannot be written.
void saveTemplate(const std::filesystem::path& dataset, Stage stage, std::string_view text);

/// The dataset's own template goes away.
void restoreDefault(const std::filesystem::path& dataset, Stage stage);

/// Has the dataset a template that differs from the default?
bool isEdited(const std::filesystem::path& dataset, Stage stage);

} // namespace fedcctr::augment
