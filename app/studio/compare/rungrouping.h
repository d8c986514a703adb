// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/runs/comparison.h"

namespace fedcctr::studio {

/// What makes a row of the table of runs.
enum class RunGrouping {
    None, ///< one run
    Configuration, ///< runs that differ in nothing but their seed
    Model, ///< of a model's configurations on a dataset the one that was best at validation, with its seeds
};

/// A row: its id is stable over starts.
struct GroupedRuns {
    QString id;
    QString name; ///< empty of a single run
    std::vector<EntryPtr> runs; ///< by seed
};

/// In the order of their first runs. A model that is trained centrally, federated, under noise or with
/// PrivAugNet has a row for each: they are no alternatives that a validation could choose between.
std::vector<GroupedRuns> groupedRuns(const std::vector<EntryPtr>& runs, RunGrouping grouping);

/// "BST", from the run's model.architecture; that word where this version knows no such model.
QString modelTitle(const runs::RunEntry& entry);

} // namespace fedcctr::studio
