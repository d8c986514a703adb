// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sweeps/sweep.h"

// A comparison of models (Tables 4 and 5) is a sweep in two steps. First every row searches: it is trained
// with its own settings and with as many other points of its grid as the budget has, each once and for fewer
// rounds; that sweep lies in searchFolder(). Then each row is trained in full, with the settings that were
// best at validation and with several seeds.
namespace fedcctr::sweeps {

/// A row as resources/comparisons lists it.
struct ListedModel {
    std::string title; ///< as the paper calls the model
    std::string group;
    std::string preset;
    std::vector<std::string> assignments; ///< over the preset
    std::vector<SweepAxis> grid; ///< of this row alone, beside that of all
    bool augmentation = false; ///< run with PrivAugNet too (Figure 12)
    bool isBase = false;
};

struct ComparisonList {
    std::vector<ListedModel> models;
    std::vector<SweepAxis> grid; ///< of every row that reads the setting
    int points = 1; ///< of a row's search
    double shareOfRounds = 1; ///< of a row's own rounds, for each of these points
};

/// resources/comparisons/NAME.json. Throws Error naming what is wrong with it.
ComparisonList comparisonList(const std::string& name = "comparison");

/// There is such a list.
bool isComparison(const std::string& name);

/// From a document; `source` names it in messages.
ComparisonList comparisonListFrom(const std::string& document, const std::string& source);

struct ComparisonRequest {
    std::filesystem::path dataset;
    bool augmented = false; ///< the dataset has the augmentation that the rows use
    std::vector<std::string> rows; ///< titles; empty: all
    std::vector<std::string> assignments; ///< over every row
    int points = 0; ///< 0: as listed; 1: no search
    int searchRounds = 0; ///< 0: the listed share of each row's own
    int seeds = 1;
};

/// The rows with their settings and grids, and no job yet. Throws Error naming a row that is not listed, a
/// preset that is not there, settings that do not fit a row, or a grid with fewer points than the budget.
SweepPlan planComparison(const ComparisonList& list, const ComparisonRequest& request);

/// The dataset has the augmentation that the request's assignments name, or one of its own.
bool isAugmented(const ComparisonRequest& request);

/// planComparison(), recorded in the folder with what it trains on. Throws Error if the folder holds another
/// sweep, as recordPlan() does.
SweepPlan beginComparison(
    const std::filesystem::path& folder, const ComparisonList& list, const ComparisonRequest& request);

/// "31.42 %" of NDCG@10 or AUC, "0.6765" of a log-loss (which counts as negative), "-" of none.
std::string scoreWords(double score);

/// Records both steps as far as they are planned.
void recordComparison(const std::filesystem::path& folder, const SweepPlan& comparison);

std::filesystem::path searchFolder(const std::filesystem::path& comparison);

/// The jobs of the search, row by row, its own settings first; none where nothing is searched.
SweepPlan searchPlan(const SweepPlan& comparison);

/// Of any sweep its jobs, and of a comparison those of its search too.
std::vector<SweepJob> jobsOfBothSteps(const SweepPlan& plan);

/// Takes over what the finished jobs of the search gave, and plans the runs of the rows of which all points
/// are tried. Returns the names of the other rows.
std::vector<std::string> takeSearch(SweepPlan& comparison, const std::filesystem::path& folder);

} // namespace fedcctr::sweeps
