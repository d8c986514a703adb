// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runs/run_notes.h"
#include "core/settings/config.h"

#include <filesystem>
#include <optional>

namespace fedcctr::sweeps {

/// A setting and the values it takes, as words of `--set`.
struct SweepAxis {
    std::string key;
    std::vector<std::string> values;
};

/// "loss.lambda1=0.1,0.3" or, for numbers, "loss.lambda1=start:step:stop" with both ends. Throws Error naming
/// an unknown key, a value that the setting does not take, and a step that leads nowhere.
SweepAxis parseAxis(const std::string& words);

/// A named row, e.g. of the ablation: what it sets over the base.
struct SweepVariant {
    std::string name; ///< "w/o IDRA"
    std::vector<std::string> assignments;
};

/// report::Table 6's rows in the paper's order: w/o PrivAugNet, w/o IDRA, w/o CDRD, w/o AdaLDP, w/ Static
/// LDP, and the full model last, which is called kFullModel.
const std::vector<SweepVariant>& ablationVariants();
inline constexpr const char* kFullModel = "FedCCTR-LM";

/// A combination of settings: keys and values.
using SweepPoint = std::vector<std::pair<std::string, std::string>>;

/// Cells of the grid that the axes span, spread evenly (Sobol) where `samples` are fewer than there are; 0:
/// the whole grid, the last axis fastest.
std::vector<SweepPoint> gridPoints(const std::vector<SweepAxis>& axes, std::size_t samples = 0);

/// A point of a row's search, trained once.
struct TriedPoint {
    SweepPoint point; ///< what differs from the row's own settings; empty: those as they are
    double ndcg = 0; ///< at validation, mean over both domains, of what run.best_by says: NDCG@10 or AUC as a
                     ///< fraction, or the negative of a log-loss
};

/// A row of a comparison of models.
struct ComparisonRow {
    std::string name; ///< of the jobs' variant: "BST w/ PrivAugNet"
    std::string title; ///< of the model, with PrivAugNet and without: "BST"
    std::string group; ///< "Traditional"
    bool augmented = false; ///< with PrivAugNet
    bool isBase = false; ///< the others are tested against it
    bool showsAugmentation = false; ///< Figure 12: run with PrivAugNet and without, where there is one
    std::vector<std::string> assignments; ///< over the sweep's base
    std::vector<SweepAxis> grid; ///< what its search may choose from
    int searchRounds = 0; ///< of each point of the search; 0: nothing is searched
    std::vector<TriedPoint> tried = {}; ///< once the search is done
    std::size_t chosen = 0; ///< of the tried ones
};

/// What a comparison is made of. Every row gets as many points of its grid, its own settings being the first.
struct Comparison {
    std::vector<ComparisonRow> rows = {}; ///< in the order of the table
    int points = 1; ///< 1: nothing is searched
    int seeds = 1; ///< of the runs that are compared, from the base's seed upwards
};

/// What shall be run: the product of variants, axes and seeds over a base.
struct SweepRequest {
    std::filesystem::path dataset;
    settings::Config base;
    bool ablation = false; ///< variants: the ablation's; else one without a name
    std::vector<SweepAxis> axes;
    int seeds = 1; ///< from the base's seed upwards
    std::size_t samples = 0; ///< points of a larger grid, spread evenly (Sobol); 0: the whole grid
    bool calibrate =
        false; ///< sigma_0 of every job so that its budget lasts for its rounds: calibratedNoise()
    std::size_t clients = 0; ///< of the dataset; needed to calibrate
};

/// A run of the sweep.
struct SweepJob {
    std::string name; ///< of its directory: from its settings, so always the same
    std::string variant; ///< row of the ablation; empty without
    SweepPoint point; ///< the axes' keys and values
    std::int64_t seed = 1;
    std::vector<std::string>
        assignments; ///< "key=value" over the base: all that makes the job, seed included
};

/// A sweep as sweep.json records it.
struct SweepPlan {
    std::filesystem::path dataset; ///< absolute
    settings::Config base;
    bool ablation = false;
    bool calibrated = false;
    std::vector<SweepAxis> axes;
    std::vector<SweepJob> jobs; ///< variants outermost, then the first axis, …, seeds innermost
    runs::DataRecord data; ///< what the jobs train on; empty in a sweep of a version that kept no checksums
    std::optional<Comparison> comparison =
        {}; ///< of models; `jobs` are then those of the rows that were searched
};

/// Expands and checks every job. Throws Error naming the job's settings and what is wrong with them; also if
/// a row of the ablation would equal the full model (e.g. no AdaLDP in the base), an axis is given twice, or
/// the seed is an axis beside several seeds.
SweepPlan planSweep(const SweepRequest& request);

/// The job of that variant, point and seed. Throws Error naming what is wrong with its settings.
SweepJob jobOf(
    const SweepPlan& plan, const SweepVariant& variant, const SweepPoint& point, std::int64_t seed);

/// The job's settings.
settings::Config configOf(const SweepPlan& plan, const SweepJob& job);

} // namespace fedcctr::sweeps
