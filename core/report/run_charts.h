// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/chart.h"
#include "core/runs/run_reader.h"

namespace fedcctr::report {

/// A metric at one round, as a fraction.
struct CurvePoint {
    int round = 0;
    Estimate value;
};

/// A validation metric over the rounds that all of the runs measured: means with Student's interval over the
/// runs, of a single run with its own interval over users. Ends of intervals stay within what the metric can
/// be.
std::vector<CurvePoint> curveOf(
    std::span<const runs::RunRecord* const> runs, std::size_t domain, const std::string& metric);

/// What else than the round can be the x of a curve, by round: means over the runs.
struct Clocks {
    std::map<double, double> seconds; ///< of training, since its start
    std::map<double, double> epsilon; ///< spent by the client that spent most
};

Clocks clocksOf(std::span<const runs::RunRecord* const> runs);

/// The line of a term of a run's loss, the `place`-th of the chart: name, colour and style. Every chart of
/// losses shows LossTerm::weighted(), as the training weighs it (Eq. 22).
Series lossLine(const runs::LossTerm& term, int place);

/// Epsilon spent by the clients, as a line each: most, median, least.
std::vector<Series> budgetLines();

/// NDCG@10, loss, budget, noise and signal of a run, as far as it recorded them. `alone` leaves the run's
/// name out of the files' names.
std::vector<Picture> runPictures(const runs::RunRecord& run, bool alone);

/// NDCG@10 of all runs in one chart.
Picture comparison(std::span<const runs::RunRecord> runs);

/// A subject of metricBars(): its value of a metric in a domain, as a fraction.
struct MetricSubject {
    std::string name;
    int color = 0;
    std::vector<const runs::RunEntry*> runs;
    std::function<Estimate(std::size_t domain, const std::string& metric)> value;
};

/// NDCG, MRR and HR of the first `cutoff` places and AUC, both domains beside each other, with what a random
/// ranker gets.
BarChart metricBars(std::span<const MetricSubject> subjects, int cutoff);

} // namespace fedcctr::report
