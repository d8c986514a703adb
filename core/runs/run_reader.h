// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runs/round_loss.h"

#include <array>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace fedcctr::settings {
struct Config;
}

namespace fedcctr::runs {

/// The metrics of one domain, by name ("ndcg@10", "auc", …), as fractions.
struct MetricSet {
    std::map<std::string, double> values;
    std::optional<std::pair<double, double>> interval; ///< of NDCG@10, 95 %

    bool isEmpty() const { return values.empty(); }

    /// NaN if there is no such metric.
    double at(const std::string& name) const;
};

using DomainMetricSets = std::array<MetricSet, 2>; ///< A and B; empty where nothing was measured

/// What a rigorous accountant says beside a rule as printed.
struct RigorousRecord {
    std::string accountant;
    std::string relation;
    double delta = 0;
    double most = 0; ///< epsilon of the client that spent most
};

struct BudgetRecord {
    std::string accountant;
    std::string adversary;
    std::string relation;
    double delta = 0; ///< 0: the rule has none; NaN: not recorded
    double limit = 0;
    double least = 0;
    double median = 0;
    double most = 0;
    int active = 0;
    int clients = 0;
    std::optional<RigorousRecord> rigorous; ///< where a rule as printed governs; none in older runs
};

/// A line of metrics.jsonl. What a line leaves out is NaN or empty; so is what a round in which nobody sent
/// anything cannot have, also where an earlier program wrote 0.
struct RoundRecord {
    int round = 0;
    double seconds = 0;
    double clients = 0;
    RoundLoss loss;
    double clipped = 0;
    double clipNorm = 0;
    double sigma = 0;
    double signalToNoise = 0;
    std::optional<BudgetRecord> budget;
    DomainMetricSets evaluation;

    /// Nobody sent anything.
    bool isSilent() const { return clients == 0; }
};

/// An entry of summary.json's "privacy".
struct SpendRecord {
    double epsilon = 0; ///< infinity: no guarantee
    double delta = 0;
    std::string accountant;
    std::string adversary;
    std::string relation;
    double order = 0; ///< 0: none
    std::string note;
    std::string standing; ///< "bound", "loose", "not-a-bound"; empty in older runs
};

struct ReferenceRecord {
    std::string ranker;
    DomainMetricSets metrics;
};

/// Popularity as a histogram under noise that spends the run's budget at once; by the exact Gaussian
/// accountant.
struct PrivatePopularityRecord {
    double epsilon = 0;
    double delta = 0;
    std::string adversary;
    std::string relation;
    DomainMetricSets metrics;
};

/// What was said before the training. NaN where nothing was.
struct ForecastRecord {
    bool hasStop = false; ///< the stop was forecast; a round of 0 says that it does not come
    int firstStop = 0; ///< round in which the first client's budget runs out
    int lastStop = 0; ///< round in which the last one's does
    double signalFirst = std::numeric_limits<double>::quiet_NaN(); ///< signal-to-noise at best, first round
    double signalLast = std::numeric_limits<double>::quiet_NaN();
    double signalWhole = std::numeric_limits<double>::quiet_NaN(); ///< of all rounds that were to be done
};

/// summary.json.
struct SummaryRecord {
    std::string dataset;
    std::string reason;
    int clients = 0; ///< of the dataset; 0 in older runs
    int rounds = 0;
    int bestRound = 0;
    double seconds = 0;
    DomainMetricSets test;
    DomainMetricSets validation;
    std::vector<ReferenceRecord> references;
    std::optional<PrivatePopularityRecord> privatePopularity; ///< none without noise and in older runs
    std::vector<SpendRecord> privacy;
    ForecastRecord forecast;
    double signalToNoise = 0; ///< median over the rounds; NaN without noise
    std::string hardware; ///< processor, cores and device it was trained on; empty in older runs
    std::vector<WeightChange> changes; ///< while the run went on
    bool tellsChanges = false; ///< false in older runs: then only events.jsonl does
};

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
/// and "data.NAME". Throws Error if the file is damaged.
Settings readSettings(const std::filesystem::path& configFile);

/// The same of a configuration that is in no file.
Settings settingsOf(const settings::Config& config);

/// summary.json; `domains` gets the names it gives. Throws Error if the file is damaged.
SummaryRecord readSummary(const std::filesystem::path& summaryFile, std::array<std::string, 2>& domains);

/// Reads a run. A half-written last line of metrics.jsonl is left out with a remark, a missing summary is no
/// error. Throws Error naming file and line if there is no run or a file is damaged.
RunRecord readRun(const std::filesystem::path& path);

} // namespace fedcctr::runs
