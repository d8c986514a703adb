// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/names.h"
#include "core/runs/metric_set.h"
#include "core/runs/round_loss.h"
#include "core/runs/run_state.h"
#include "core/runs/word.h"

#include <cstdint>
#include <limits>
#include <map>
#include <vector>

namespace fedcctr::runs {

/// An entry of summary.json's "privacy": privacy::Spend, as a file tells it.
struct SpendRecord {
    double epsilon = 0; ///< infinity: no guarantee
    double delta = 0;
    std::string accountant; ///< by its name: a version may know others
    Word<privacy::Adversary> adversary;
    Word<privacy::NeighbouringRelation> relation;
    double order = 0; ///< 0: none
    std::string note;
    Word<privacy::Standing> standing; ///< none in older runs
};
SpendRecord spendRecordOf(const privacy::Spend& spend);

/// A ranker that needs no training.
struct ReferenceRecord {
    std::string ranker;
    DomainMetricSets metrics;
};

/// Popularity as a histogram under noise that spends the run's budget at once; by the exact Gaussian
/// accountant.
struct PrivatePopularityRecord {
    double epsilon = 0;
    double delta = 0;
    Word<privacy::Adversary> adversary;
    Word<privacy::NeighbouringRelation> relation;
    DomainMetricSets metrics;
    std::string accountant = {};
};

/// What was said before the training. NaN where nothing was.
struct ForecastRecord {
    bool hasStop = false; ///< the stop was forecast; a round of 0 says that it does not come
    int firstStop = 0; ///< round in which the first client's budget runs out
    int lastStop = 0; ///< round in which the last one's does
    double signalFirst = std::numeric_limits<double>::quiet_NaN(); ///< signal-to-noise at best, first round
    double signalLast = std::numeric_limits<double>::quiet_NaN();
    double signalWhole = std::numeric_limits<double>::quiet_NaN(); ///< of all rounds that were to be done
    int rounds = 0; ///< that are done before all budgets are spent; 0 in older runs
};

/// What of PrivAugNet took part.
struct AugmentationRecord {
    struct Lengths {
        double before = 0; ///< events per user
        double after = 0; ///< with the liked items that were added
        double disliked = 0; ///< that were added, per user
    };
    std::string backend;
    std::int64_t items = 0; ///< with features
    std::int64_t profiles = 0;
    std::int64_t extensions = 0;
    std::array<Lengths, 2> lengths; ///< by domain
};

/// A market of a federation of silos. The summary's own figures are means over the markets.
struct MarketSummary {
    std::string name;
    std::int64_t users = 0;
    std::int64_t items = 0;
    int bestRound = 0;
    MetricSet test;
    MetricSet validation;
    std::map<std::string, MetricSet> references; ///< by ranker, on the test targets
    std::vector<SpendRecord> privacy; ///< of the market's users
};

/// summary.json.
struct SummaryRecord {
    std::string dataset;
    std::array<std::string, 2> domains; ///< empty where the file does not name them
    std::string preset;
    std::uint64_t seed = 0;
    Word<RunState> reason; ///< Finished, Stopped or BudgetSpent
    int clients = 0; ///< of the dataset; 0 in older runs
    int rounds = 0;
    int bestRound = 0;
    double seconds = std::numeric_limits<double>::quiet_NaN();
    std::int64_t parameters = 0;
    std::int64_t uploaded =
        0; ///< values that a client sends in a round; 0: central training, or an older run
    int mostUploads = 0; ///< of the client that sent most often
    DomainMetricSets test;
    DomainMetricSets validation;
    std::vector<MarketSummary> markets; ///< none where clients are users
    std::vector<ReferenceRecord> references; ///< random, popularity, item-knn
    std::optional<PrivatePopularityRecord> privatePopularity; ///< none without noise and in older runs
    std::vector<SpendRecord> privacy;
    ForecastRecord forecast;
    std::optional<AugmentationRecord> augmentation;
    double signalToNoise = std::numeric_limits<double>::quiet_NaN(); ///< median; NaN without noise
    std::string device;
    std::string hardware; ///< processor, cores and device it was trained on; empty in older runs
    std::vector<WeightChange> changes; ///< while the run went on
    bool tellsChanges = false; ///< false in older runs: then only events.jsonl does
};

nlohmann::json toJson(const ForecastRecord& forecast);
ForecastRecord forecastFrom(const nlohmann::json& node);

nlohmann::json toJson(const SummaryRecord& summary);
SummaryRecord summaryFrom(const nlohmann::json& document);

} // namespace fedcctr::runs
