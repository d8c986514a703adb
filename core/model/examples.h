// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/augmentation.h"
#include "core/base/random.h"
#include "core/data/dataset.h"
#include "core/model/options.h"

#include <algorithm>

namespace fedcctr::model {

/// The label of an event: 1 of every click, or of a rating that reaches the threshold.
bool isPositive(const data::Event& event, const LossOptions& task);

/// Whether the task predicts anything in the domain.
bool hasTargets(data::Domain domain, TargetDomain target);

/// An event to be predicted, and how much of each sequence stands before it.
struct TrainingTarget {
    data::ItemId item = 0;
    std::int32_t prefixA = 0;
    std::int32_t prefixB = 0;
    std::int32_t prefixM = 0;
    bool positive = true; ///< of Label::Rating
};

/// What a client computes one loss on: a window of its training events, of which the last is a target only;
/// the newest L events of each sequence before it, the targets, and negatives.
///
/// With PrivAugNet the domains' sequences begin with the liked items (As = s~ U E_s) as far as L leaves room,
/// and prefixA and prefixB count them.
struct ClientExample {
    std::int32_t user = 0;
    std::vector<data::ItemId> a;
    std::vector<data::ItemId> b;
    std::vector<data::ItemId> merged;
    std::array<std::int32_t, 2> liked{}; ///< how many items at the front of a and b nobody clicked
    std::vector<std::int32_t> profile; ///< tokens; empty without
    std::array<std::vector<TrainingTarget>, 2> targets; ///< by domain
    /// By domain: `negatives` items shared by the targets, or targets * `negatives`, target by target.
    std::array<std::vector<data::ItemId>, 2> negatives;
};

/// What PrivAugNet knows of one user, cut to what a history of real events leaves room for.
struct UserSide {
    std::array<std::vector<data::ItemId>, 2> liked;
    std::array<std::vector<data::ItemId>, 2> disliked;
    std::vector<std::int32_t> profile;
};

inline constexpr int kProfileBuckets = 512;

/// Empty without an augmentation.
UserSide userSide(const augment::Augmentation* augmentation, std::size_t user);

/// Puts liked items in front of a sequence, as many as it may have beside its events. Returns how many.
std::int32_t putInFront(
    std::vector<data::ItemId>& sequence, const std::vector<data::ItemId>& liked, std::size_t length);

/// What is ranked for one user's target: the candidates, positive first, given the user's history.
struct RankingExample {
    std::int32_t user = 0;
    std::vector<data::ItemId> a;
    std::vector<data::ItemId> b;
    std::vector<data::ItemId> merged;
    std::vector<data::ItemId> candidates;
    std::vector<std::int32_t> profile;
    std::array<std::int32_t, 2> liked{}; ///< as in ClientExample
};

/// What evaluation and embeddings see of a user before the event at `position`: historyBefore() of it, with
/// PrivAugNet's liked items and profile where there are any (`augmentation` may be null). No candidates.
RankingExample historyExample(const data::Dataset& dataset, std::size_t user, std::size_t position,
    const augment::Augmentation* augmentation, std::size_t length);

/// Draws training examples. Sees training events only; the negatives are items without a training event of
/// the user, since what a user will touch later is not known when training.
class ExampleSource {
public:
    /// Throws Error if a user leaves no item to draw negatives from, or if ratings are to be learnt and not
    /// every event has one.
    ExampleSource(const data::Dataset& dataset, const ModelOptions& model, const LossOptions& loss,
        int localTargets, const augment::Augmentation* augmentation = nullptr);

    /// A user with more than L + 1 training events gives a random window of L + 1, so that histories of every
    /// length up to L are learnt from; the newest `localTargets` of it are targets.
    ClientExample draw(std::size_t user, Random& random) const;

    /// Of the user's longest history.
    std::size_t length(std::size_t user) const { return std::min(m_sequences[user].size(), m_length); }

private:
    void checkPool(std::size_t user, bool seenOnly) const;
    void extend(const UserSide& side, ClientExample& example) const;
    void drawNegatives(std::size_t user, const UserSide& side, ClientExample& example, Random& random) const;

    const data::Dataset& m_dataset;
    const augment::Augmentation* m_augmentation;
    std::size_t m_length;
    std::size_t m_localTargets;
    std::size_t m_negatives;
    bool m_shared;
    std::array<std::vector<data::ItemId>, 2> m_pool; ///< what negatives are drawn from, by domain
    std::vector<std::vector<data::ItemId>> m_sequences; ///< training items per user, chronological
    std::vector<std::vector<bool>> m_positive; ///< labels of the same; empty where all are positives
    std::vector<std::vector<data::ItemId>> m_touched; ///< the same, sorted
};

} // namespace fedcctr::model
