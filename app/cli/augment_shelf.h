// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/arguments.h"

#include <filesystem>

namespace fedcctr::cli {

/// `fedcctr augment DATASET` with --list, --remove or --restore: the augmentations that a dataset has. None
/// if none of these is asked for. Throws Error.
bool wantsShelf(const Arguments& arguments);
int runShelf(const Arguments& arguments, const std::filesystem::path& dataset);

} // namespace fedcctr::cli
