// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runs/run_catalogue.h"

namespace fedcctr::runs {

/// The setting's symbol ("λ₁"), or its key where it has none or is of another version.
std::string settingSymbol(const std::string& key);

/// The setting sets a run's epsilon: the budget, or the noise level.
bool setsEpsilon(const std::string& key);

/// The same directory under another name, or a copy of it: the same settings, start, numbers and duration.
bool isSameRun(const RunEntry& a, const RunEntry& b);

/// The places of the runs that count as replicates: of each seed the first with a summary, or the first where
/// none has one. A repetition of a seed tells nothing new.
std::vector<std::size_t> distinctSeeds(std::span<const RunEntry* const> runs);

/// What must be said of seeds that several of the runs share: one sentence each, on whether they agree and
/// which run counts.
std::vector<std::string> seedRemarks(std::span<const RunEntry* const> runs);

/// Names for configurations, each given by one of its runs: the preset and the settings in which they differ,
/// e.g. "demo: λ₁ 0.1, privacy.epsilon 3". Beyond a few such settings each name leaves out what most
/// configurations have. RunEntry::deviation() is part of the name.
std::vector<std::string> configurationNames(std::span<const RunEntry* const> runs);

/// The same for the lines of a frontier, each given by one of its runs: what sets epsilon, the budget and the
/// noise level, is in no name.
std::vector<std::string> lineNames(std::span<const RunEntry* const> runs);

} // namespace fedcctr::runs
