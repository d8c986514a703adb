// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/run_reader.h"

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>

namespace fedcctr::experiment {

enum class RunState : std::uint8_t {
    Finished,
    Stopped, ///< by the person
    BudgetSpent,
    Interrupted, ///< no summary and nobody writes: killed, or failed with a checkpoint or without
    Running, ///< no summary, and a file was written in the last minute
    Broken, ///< a run directory that cannot be read; RunEntry::problem says why
    Foreign, ///< no run at all
};

/// "finished", "stopped", "budget spent", "interrupted", "running", "broken", "foreign".
std::string nameOf(RunState state);

/// What the catalogue knows of a run directory: everything but its rounds.
struct RunEntry {
    std::filesystem::path path;
    std::string name; ///< of the directory
    RunState state = RunState::Foreign;
    std::string problem; ///< of a broken or foreign one, one sentence
    std::string started; ///< ISO 8601, from config.json; may be empty
    std::string datasetPath;
    std::string preset;
    std::int64_t seed = 0;
    std::array<std::string, 2> domains;
    std::vector<std::pair<std::string, std::string>> settings; ///< as RunRecord::settings
    int plannedRounds = 0;
    int rounds = 0; ///< done; of an unfinished run 0 unless asked for
    std::optional<SummaryRecord> summary;
    bool hasCheckpoint = false;
    std::vector<std::string> tags;
    std::string note;

    std::string setting(const std::string& key) const;

    /// Same for runs that differ in nothing but seed, device and threads: dataset and settings.
    std::string groupKey() const;
};

/// One directory. Never throws for what is in it: broken and foreign ones say so.
RunEntry readEntry(const std::filesystem::path& run);

/// Every directory right below `folder` and below folders of runs (sweeps), newest first. A cache in
/// `folder`/.catalogue.json spares reading what has not changed. Missing folder: empty.
std::vector<RunEntry> scanRuns(const std::filesystem::path& folder, const std::stop_token& stop = {},
    const std::function<void(std::size_t done, std::size_t all)>& progress = {});

/// Tags and note, kept in the run's own notes.json. Throws Error if it cannot be written.
void writeNotes(
    const std::filesystem::path& run, const std::vector<std::string>& tags, const std::string& note);

/// Settings in which the runs differ, in the table's order: key and one value per run.
struct SettingDifference {
    std::string key;
    std::vector<std::string> values;
};
std::vector<SettingDifference> differences(std::span<const RunEntry> runs, bool all = false);

} // namespace fedcctr::experiment
