// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/model/codes.h"
#include "core/report/chart.h"
#include "core/report/run_tables.h"
#include "core/report/sweep_results.h"

#include <span>
#include <string>
#include <vector>

// What federations of silos show: their markets side by side, and what global codes stand for.
namespace fedcctr::report {

/// One row per run and market: test NDCG@10 with its interval, CTR figures, and what item-KNN gets there; no
/// rows of runs whose clients are users.
Table marketTable(std::span<const runs::RunRecord> runs);

/// The rows of a comparison over the markets by one test metric ("ctr_auc", "ctr_logloss", "ndcg@10"): a
/// column per market and their mean, mean ± 95 % interval over seeds. With "ndcg@10" a star marks a market in
/// which the users' NDCG@10 differs from the base row's: the paired permutation test over the market's users,
/// seeds joined first, Holm over all rows and markets. No rows of another sweep. Reads test_users.csv.gz;
/// takes time.
Table marketModelTable(const SweepResults& sweep, const std::string& metric);

/// Validation metric of a run over its exchanges, a line per market, and the mean as the first.
Chart marketChart(const runs::RunRecord& run, const std::string& metric);

/// How well codebooks give back what they code, and how much of them is used, over a run's exchanges: means
/// over the markets. Nothing but an empty text of a run without.
Chart codebookChart(const runs::RunRecord& run);

/// What the items of one global code are.
struct CodeRow {
    int code = 0;
    std::vector<std::size_t> items; ///< how many, by market
    std::vector<std::string> examples; ///< titles, or articles where there are none, with their markets
    std::size_t all() const;
};

/// The items' codes of the first layer, market beside market.
struct CodeMeaning {
    std::vector<std::string> markets;
    /// All items, market by market, where the run tells their places: for a picture.
    struct Point {
        float x = 0;
        float y = 0;
        std::size_t market = 0;
        int code = 0;
        std::string name;
    };
    std::vector<Point> points;
    std::vector<CodeRow> rows; ///< the most used first; codes that nothing has are left out
    /// Of the articles that two markets sell, the pairs with one code in both, and what codes drawn by their
    /// frequencies in the two markets would give.
    std::size_t pairs = 0;
    std::size_t same = 0;
    double chance = 0; ///< share
};

/// `codes`: by market.
CodeMeaning codeMeaning(
    const data::Dataset& dataset, std::span<const model::Codes> codes, std::size_t examples = 6);

/// A row per code: how many items of each market, and examples. What two markets' equal codes are worth
/// stands in the note.
Table codeTable(const CodeMeaning& meaning);

/// "Of 5,031 pairs of items that two markets sell as one article, 38.1 % have one first code in both; codes
/// drawn by their frequencies would give 5.2 %."
std::string agreementWords(const CodeMeaning& meaning);

/// Of a run of FedMM, whose directory holds them. Throws Error if there are none, or of other data.
CodeMeaning codeMeaningOf(const std::filesystem::path& run, const data::Dataset& dataset);

} // namespace fedcctr::report
