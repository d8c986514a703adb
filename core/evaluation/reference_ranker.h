// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluation/metrics.h"

#include <span>
#include <vector>

namespace fedcctr::evaluation {

/// A ranker that needs no training. Scores order candidates; they are no probabilities, so log-loss means
/// nothing here.
class ReferenceRanker {
public:
    virtual ~ReferenceRanker() = default;
    /// One score per candidate, given what may be seen before the target. Called from several threads.
    virtual std::vector<float> scores(
        std::span<const data::ItemId> history, std::span<const data::ItemId> candidates) const = 0;
};

/// Runs a ranker over the fixed candidates of a split.
DomainMetrics evaluateReference(
    const ReferenceRanker& ranker, const data::Dataset& dataset, data::Split split);

} // namespace fedcctr::evaluation
