// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/chart.h"
#include "core/report/sweep_results.h"

// What a sweep that compares models shows (sweeps::Comparison): Tables 4 and 5, what they cost, what was
// searched, and Figure 12.
namespace fedcctr::report {

/// A row of the comparison's table: a trained model, or a ranker that needs no training.
struct ModelRow {
    std::string name;
    std::string group; ///< "Traditional"
    RunGroup runs; ///< its seeds; empty of a ranker without training, and while none is finished
    const sweeps::ComparisonRow* listed = nullptr; ///< null of a ranker without training
    runs::DomainMetricSets reference; ///< of such a ranker, of which there is one value

    /// As a fraction, over the seeds.
    Estimate metric(std::size_t domain, const std::string& which) const;
};

/// The rankers without training, then the rows in the comparison's order. Empty of another sweep. They point
/// into the sweep.
std::vector<ModelRow> modelRows(const SweepResults& sweep);

/// By domain NDCG and MRR at 2, 5 and 10 (%) as mean ± 95 % interval over seeds, and of NDCG@10 the
/// difference from the base in percent of it with the p of testRows(). The best value of a column is
/// Emphasis::Best, the next one Second. Reads test_users.csv.gz; takes time.
Table modelTable(const SweepResults& sweep);

/// Trained values, bytes that a client uploads in a round, rounds and seconds of every trained row.
Table costTable(const SweepResults& sweep);

/// What every row could choose from, how much of it was tried, and what was chosen.
Table searchTable(const SweepResults& sweep);

/// Figure 12 as a table: NDCG@10 and MRR@10 of the models that were run with PrivAugNet and without, and the
/// p of the difference in NDCG@10. No rows where the dataset has no augmentation.
Table augmentationTable(const SweepResults& sweep);

/// All of these that have rows.
std::vector<Table> comparisonTables(const SweepResults& sweep);

/// Test NDCG@10 of all rows, and Figure 12 with NDCG@10 and MRR@10. `prefix` begins the files' names.
std::vector<Picture> comparisonPictures(const SweepResults& sweep, const std::string& prefix);

} // namespace fedcctr::report
