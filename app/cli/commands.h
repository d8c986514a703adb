// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>

namespace fedcctr::cli {

/// The commands of `fedcctr`, one file each. They take the words after the command's name and return the exit
/// code; they throw Error, which main() prints on one line.
int runAugment(std::span<const std::string> words);
int runData(std::span<const std::string> words);
int runPrivacy(std::span<const std::string> words);
int runReport(std::span<const std::string> words);
int runSweep(std::span<const std::string> words);
int runVectors(std::span<const std::string> words);

/// `fedcctr data retrieval`.
int runRetrieval(std::span<const std::string> words);

/// train, evaluate and embed are the engine's: the process is replaced by `fedcctr-engine`.
int runEngine(const std::string& command, std::span<const std::string> words);

} // namespace fedcctr::cli
