// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace fedcctr::cli {

inline constexpr const char* kEngine = "fedcctr-engine";
inline constexpr const char* kPlots = "fedcctr-plots";

/// The product's program of that name beside this one, else its bare name, for PATH.
std::string programPath(const std::string& name);

/// What to say when it cannot be started, for an errno.
std::string startFailure(const std::string& name, int reason);

} // namespace fedcctr::cli
