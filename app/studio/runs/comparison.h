// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runs/run_catalogue.h"

#include <QString>

#include <functional>
#include <memory>
#include <vector>

namespace fedcctr::studio {

/// An entry of the catalogue, shared between table, tabs and threads.
using EntryPtr = std::shared_ptr<const runs::RunEntry>;

/// A run with its rounds.
using RecordPtr = std::shared_ptr<const runs::RunRecord>;

/// Which of a run's many measurements stands for it.
enum class ValueRule {
    BestAtValidation, ///< test metrics of the parameters that were best at validation
    Last, ///< validation metrics of the last evaluated round
    AtRound, ///< the same, of the last evaluated round up to a given one
    BudgetEnd, ///< the same, of the last evaluated round with a client that still had budget
};

struct ValueChoice {
    ValueRule rule = ValueRule::BestAtValidation;
    int round = 100; ///< for AtRound

    bool operator==(const ValueChoice&) const = default;
};

/// What is drawn as one thing: a run, or runs that differ in nothing but their seed.
struct Subject {
    QString id;
    QString name;
    int color = 0; ///< index into the theme's series colours
    bool isBase = false;
    std::vector<EntryPtr> runs;
};

/// What the tabs under the table show.
struct Comparison {
    std::vector<Subject> checked;
    std::vector<EntryPtr> shown; ///< every run that the filter lets through, newest first
    ValueChoice value;

    /// A run's rounds, null while they are not read.
    std::function<RecordPtr(const EntryPtr&)> rounds = [](const EntryPtr&) { return RecordPtr(); };
};

} // namespace fedcctr::studio
