// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace fedcctr::cli {

/// fedcctr-engine beside this program, else its bare name, for PATH.
std::string enginePath();

/// What to say when it cannot be started, for an errno.
std::string engineFailure(int reason);

} // namespace fedcctr::cli
