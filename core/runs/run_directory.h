// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runs/run_notes.h"
#include "core/settings/config.h"

#include <filesystem>
#include <fstream>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace fedcctr::runs {

/// Writes a run directory: config.json, metrics.jsonl, events.jsonl, ledger.jsonl, log.txt,
/// checkpoint/state.bin, summary.json, of an own model model.pt. Killed at any moment, it can be read and
/// resumed.
class RunDirectory {
public:
    /// Throws Error if the directory holds a run already or other files.
    static void checkFree(const std::filesystem::path& path);

    /// A new run; `data` says what the dataset holds now. Throws Error if the directory holds a run already
    /// (remedy: --resume or another place) or other files, or cannot be written.
    static RunDirectory create(const std::filesystem::path& path, const settings::Config& config,
        const std::filesystem::path& dataset, const DataRecord& data);

    /// An existing run. Throws Error if there is none.
    static RunDirectory resume(const std::filesystem::path& path);

    const std::filesystem::path& path() const { return m_path; }
    std::filesystem::path checkpointFile() const { return m_path / "checkpoint" / "state.bin"; }
    settings::Config config() const;
    std::filesystem::path dataset() const;

    /// What it was trained on; empty in runs of versions that kept no checksums.
    DataRecord data() const;

    /// The run's own copy of model.file, which stays as it is whatever becomes of the original.
    std::filesystem::path modelFile() const { return m_path / "model.pt"; }

    /// checkpoint/round-000250.bin
    std::filesystem::path snapshotFile(int round) const;

    /// Removes the snapshots whose rounds are not multiples of `stride`.
    void thinSnapshots(int stride) const;

    /// Cuts metrics.jsonl, ledger.jsonl and events.jsonl back to what the checkpoint of this round has seen,
    /// and removes later snapshots.
    void cutBackTo(int round);

    /// One line each, flushed.
    void appendMetrics(const nlohmann::json& line);
    void appendLedger(const nlohmann::json& line);
    void appendEvent(const nlohmann::json& line);
    void log(const std::string& message);

    /// Waits until the lines so far have reached the disk: a checkpoint must not outlive the rounds before
    /// it.
    void syncLines() const;

    void writeSummary(const nlohmann::json& summary);

private:
    explicit RunDirectory(std::filesystem::path path);
    void openFiles();

    std::filesystem::path m_path;
    std::ofstream m_metrics;
    std::ofstream m_ledger;
    std::ofstream m_events;
    std::ofstream m_log;
};

/// Rounds of which a run holds snapshots, rising. Empty without any, or without a run.
std::vector<int> snapshotRounds(const std::filesystem::path& run);

} // namespace fedcctr::runs
