// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <stop_token>

namespace fedcctr::runs {

/// Copies the run directory `from` into `runsFolder`, beside its place first and then renamed, and gives its
/// path there; a name that is taken gets a number. Throws Error if `from` is no readable run or already lies
/// in `runsFolder`, if copying fails, or "stopped" (Failure), leaving nothing behind.
std::filesystem::path importRun(const std::filesystem::path& from, const std::filesystem::path& runsFolder,
    const std::stop_token& stop = {});

} // namespace fedcctr::runs
