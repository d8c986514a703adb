// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/chart.h"
#include "core/report/run_tables.h"
#include "core/report/sweep_results.h"

#include <span>

namespace fedcctr::report {

/// Whether a run was made to predict labels (data.label is rating, or run.best_by of the CTR figures) rather
/// than to rank.
bool predictsLabels(const runs::RunRecord& run);
bool predictsLabels(const runs::RunEntry& run);

/// What the ones and zeros are: "ratings of at least 4", or that each click stands against one sampled item.
std::string labelWords(const runs::RunRecord& run);

/// AUC, GAUC, log loss and calibration on the test samples, of the runs that predict labels; no rows without.
Table ctrTable(std::span<const runs::RunRecord> runs);

/// The models of a comparison by the same figures, mean and 95 % interval over seeds; no rows of another
/// sweep or of one that ranks.
Table ctrModelTable(const SweepResults& sweep);

/// Whose predictions a reliability chart shows.
struct ReliabilitySubject {
    std::string name;
    int color = 0; ///< index into the theme's series colours
    runs::DomainMetricSets metrics;
};

/// Observed share of ones against the predicted probability, per tenth, with the diagonal of a calibrated
/// model; A solid, B dashed.
Chart reliabilityChart(std::span<const ReliabilitySubject> subjects);

} // namespace fedcctr::report
