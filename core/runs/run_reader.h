// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runs/round_record.h"
#include "core/runs/summary_record.h"

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace fedcctr::runs {

/// A run directory as it stands: finished, going on, or killed.
struct RunRecord {
    std::filesystem::path path;
    std::string name; ///< of the directory
    std::string preset;
    std::array<std::string, 2> domains; ///< "A" and "B" where the run does not name them
    std::vector<std::pair<std::string, std::string>>
        settings; ///< "loss.lambda1" and its value, as in config.json
    std::vector<RoundRecord> rounds; ///< in ascending order; of a repeated round the last line counts
    std::optional<SummaryRecord> summary; ///< none while the run goes on or if it was killed
    std::vector<std::string> remarks; ///< what a reader should know, e.g. that the last line is half written

    /// The value of a setting, or empty.
    std::string setting(const std::string& key) const;

    /// Median over the rounds, also of a run that goes on; NaN without noise.
    double signalToNoise() const;

    /// The clip norm adapts.
    bool clipNormChanges() const;
};

using Settings = std::vector<std::pair<std::string, std::string>>;

/// config.json's settings as keys and words, in their order, and among them "dataset", "version", "started"
/// and "checksum.NAME". Throws Error if the file is damaged.
Settings readSettings(const std::filesystem::path& configFile);

/// The same of a configuration that is in no file.
Settings settingsOf(const settings::Config& config);

/// summary.json; `domains` gets the names it gives. Throws Error if the file is damaged.
SummaryRecord readSummary(const std::filesystem::path& summaryFile, std::array<std::string, 2>& domains);

/// Reads a run. A half-written last line of metrics.jsonl is left out with a remark, a missing summary is no
/// error. Throws Error naming file and line if there is no run or a file is damaged.
RunRecord readRun(const std::filesystem::path& path);

} // namespace fedcctr::runs
