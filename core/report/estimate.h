// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runs/run_catalogue.h"

#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>

namespace fedcctr::report {

/// A mean with its 95 % interval, where there is one.
struct Estimate {
    double mean = std::numeric_limits<double>::quiet_NaN();
    double low = std::numeric_limits<double>::quiet_NaN();
    double high = std::numeric_limits<double>::quiet_NaN();
    int runs = 0;
    bool overUsers = false; ///< the interval is over the users of a single run, not over runs

    bool isKnown() const { return mean == mean; }
    bool hasInterval() const { return low == low && high == high; }
};

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

/// A metric ("ndcg@10", as a fraction) with its interval over users, where it was recorded.
Estimate estimateOf(const runs::MetricSet& set, const std::string& metric);

/// Mean of the runs' values with Student's interval over the runs; of a single run its own interval over
/// users. Values that are not known are left out.
Estimate meanOf(std::span<const Estimate> runs);

/// A metric ("ndcg@10", …) of one domain (0 or 1), as a fraction. `record` may be null for
/// ValueRule::BestAtValidation, which is the only one that gives test metrics.
Estimate valueOf(const runs::RunEntry& entry, const runs::RunRecord* record, const ValueChoice& choice,
    std::size_t domain, const std::string& metric);

/// Among how many candidates the run's targets are ranked, as its own random ranker tells; 0 if it does not.
std::size_t candidatesOf(const runs::SummaryRecord& summary);

/// The same; where the run has no summary yet, what its dataset says, if that is still at its place.
std::size_t candidatesOf(const runs::RunEntry& run);

/// What a ranker that draws lots gets where these runs rank, e.g. 0.0454 for "ndcg@10" among 100 candidates.
/// NaN if that is not known, or not one number for all of them.
double randomValue(std::span<const runs::RunEntry* const> runs, const std::string& metric);

} // namespace fedcctr::report
