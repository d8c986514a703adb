// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/data/dataset.h"
#include "core/model/options.h"

namespace fedcctr::model {

/// A positive to be predicted, and how much of each sequence stands before it.
struct TrainingTarget {
    data::ItemId item = 0;
    std::int32_t prefixA = 0;
    std::int32_t prefixB = 0;
    std::int32_t prefixM = 0;
};

/// What a client computes one loss on: a window of its training events, of which the last is a target only;
/// the newest L events of each sequence before it, the targets, and negatives.
struct ClientExample {
    std::vector<data::ItemId> a;
    std::vector<data::ItemId> b;
    std::vector<data::ItemId> merged;
    std::array<std::vector<TrainingTarget>, 2> targets; ///< by domain
    /// By domain: `negatives` items shared by the targets, or targets * `negatives`, target by target.
    std::array<std::vector<data::ItemId>, 2> negatives;
};

/// Draws training examples. Sees training events only; the negatives are items without a training event of
/// the user, since what a user will touch later is not known when training.
class ExampleSource {
public:
    /// Throws Error if a user leaves no item to draw negatives from.
    ExampleSource(
        const data::Dataset& dataset, const ModelOptions& model, const LossOptions& loss, int localTargets);

    /// A user with more than L + 1 training events gives a random window of L + 1, so that histories of every
    /// length up to L are learnt from; the newest `localTargets` of it are targets.
    ClientExample draw(std::size_t user, Random& random) const;

private:
    void checkPool(std::size_t user, bool seenOnly) const;
    void drawNegatives(std::size_t user, ClientExample& example, Random& random) const;

    const data::Dataset& m_dataset;
    std::size_t m_length;
    std::size_t m_localTargets;
    std::size_t m_negatives;
    bool m_shared;
    std::array<std::vector<data::ItemId>, 2> m_pool; ///< what negatives are drawn from, by domain
    std::vector<std::vector<data::ItemId>> m_sequences; ///< training items per user, chronological
    std::vector<std::vector<data::ItemId>> m_touched; ///< the same, sorted
};

} // namespace fedcctr::model
