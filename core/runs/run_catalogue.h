// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runs/run_notes.h"
#include "core/runs/run_reader.h"
#include "core/runs/run_state.h"

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>

namespace fedcctr::runs {

/// What the catalogue knows of a run directory: everything but its rounds.
struct RunEntry {
    std::filesystem::path path;
    std::string name; ///< of the directory
    std::string group; ///< folder of runs (a sweep) that holds it, below the scanned one; usually empty
    RunState state = RunState::Foreign;
    std::string problem; ///< of a broken or foreign one, one sentence
    std::string started; ///< ISO 8601, from config.json; may be empty
    std::string datasetPath;
    std::string preset;
    std::int64_t seed = 0;
    std::array<std::string, 2> domains; ///< "A" and "B" where the run does not name them
    std::vector<std::pair<std::string, std::string>> settings; ///< as RunRecord::settings
    int plannedRounds = 0;
    int rounds = 0; ///< done; of an unfinished run 0 unless asked for
    std::optional<SummaryRecord> summary;
    bool hasCheckpoint = false;
    std::vector<std::string> tags; ///< from notes.json
    std::string note;

    /// The value of a setting, or empty.
    std::string setting(const std::string& key) const;

    /// Why the run is no replicate of others with its settings: a weight that was changed while it went on, a
    /// stop before its planned rounds, or that it has not ended. A few words; empty for one that is.
    std::string deviation() const;

    /// Same for runs that differ in nothing but seed, device and threads: dataset, settings and deviation().
    /// The preset's name, the version and the time are no settings.
    std::string groupKey() const;
};

/// What it was trained on; empty for an older run, which kept no checksums.
DataRecord dataOf(const RunEntry& run);

/// Both were trained on the dataset at one place, and its content was the same. An older run keeps no
/// checksums, so that its place has to do.
bool onSameData(const RunEntry& run, const RunEntry& other);

/// One directory. Never throws for what is in it: broken and foreign ones say so.
RunEntry readEntry(const std::filesystem::path& run);

/// Rounds that an unfinished run has done, from the last whole line of metrics.jsonl; 0 if there is none.
int roundsDone(const std::filesystem::path& run);

/// Every directory right below `folder` and below folders of runs in it (sweeps), newest first. A cache,
/// `folder`/.catalogue.bin, spares reading what has not changed; it is written where the folder allows it.
/// Hidden directories (".name") are left out. Missing folder: empty. Stopped: what was read so far.
std::vector<RunEntry> scanRuns(const std::filesystem::path& folder, const std::stop_token& stop = {},
    const std::function<void(std::size_t done, std::size_t all)>& progress = {});

/// Tags and note, kept in the run's own notes.json. Throws Error if it cannot be written.
void writeNotes(
    const std::filesystem::path& run, const std::vector<std::string>& tags, const std::string& note);

/// Settings in which the runs differ, in the table's order (dataset and preset first): key and one value per
/// run, empty where a run has no such setting. `all`: also those in which they agree. Seed, device, threads,
/// version and time are left out unless `all`.
struct SettingDifference {
    std::string key;
    std::vector<std::string> values;
};
std::vector<SettingDifference> differences(std::span<const RunEntry> runs, bool all = false);

} // namespace fedcctr::runs
