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
    std::vector<std::pair<std::string, std::string>> point; ///< the axes' keys and values
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
};

/// Expands and checks every job. Throws Error naming the job's settings and what is wrong with them; also if
/// a row of the ablation would equal the full model (e.g. no AdaLDP in the base), an axis is given twice, or
/// the seed is an axis beside several seeds.
SweepPlan planSweep(const SweepRequest& request);

/// The job's settings.
settings::Config configOf(const SweepPlan& plan, const SweepJob& job);

} // namespace fedcctr::sweeps
