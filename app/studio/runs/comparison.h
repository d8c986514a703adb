// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/estimate.h"

#include <QString>

#include <functional>
#include <memory>
#include <vector>

namespace fedcctr::studio {

/// An entry of the catalogue, shared between table, tabs and threads.
using EntryPtr = std::shared_ptr<const runs::RunEntry>;

/// A run with its rounds.
using RecordPtr = std::shared_ptr<const runs::RunRecord>;

using report::Estimate;
using report::ValueChoice;
using report::ValueRule;

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
