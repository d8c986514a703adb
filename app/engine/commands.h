// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>

namespace fedcctr::engine {

/// Take the words after the command's name, return the exit code, throw Error.
int runTrain(std::span<const std::string> words);
int runEvaluate(std::span<const std::string> words);
int runEmbed(std::span<const std::string> words);
int runAudit(std::span<const std::string> words);

} // namespace fedcctr::engine
