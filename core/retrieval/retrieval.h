// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/model/item_keys.h"
#include "core/model/item_text.h"

#include <functional>
#include <span>
#include <stop_token>
#include <vector>

namespace fedcctr::retrieval {

/// What decides whether two items are similar.
struct Similarity {
    model::ItemText text; ///< rows of length 1, or 0
    std::vector<model::ItemKeys> keys; ///< of hard retrieval; empty without

    /// Inner product of the text vectors.
    float cosine(data::ItemId x, data::ItemId y) const;
};

/// With the keys of hard retrieval or without.
Similarity similarityOf(const data::Dataset& dataset, model::ItemText text, bool hard);

/// Eq. 4: what is asked of the source domain.
struct Query {
    double theta = 0.1; ///< least cosine; of TF-IDF vectors
    std::size_t length = 50; ///< L: of the own events that ask, and of the retrieved ones that go on
    bool hard = false; ///< a shared key in place of the cosine
};

/// A retrieved source event.
struct Found {
    std::size_t position = 0; ///< in the source sequence
    std::size_t reason =
        0; ///< position of the own event that it is most similar to, of those that make it so
    float cosine = 0; ///< with that one
};

/// Source events that are similar to one of the newest `length` own ones, in their order; all of them: those
/// that go on are the newest `length`. Both sequences oldest first.
std::vector<Found> retrieved(const Similarity& similarity, std::span<const data::ItemId> source,
    std::span<const data::ItemId> own, const Query& query);

/// What a user's target has to ask with.
struct Sequences {
    std::vector<data::ItemId> source; ///< at most 3,000, the newest
    std::vector<data::ItemId> own;
};
inline constexpr std::size_t kLifelong = 3000;

/// Before the test target of the domain; empty for a user without one.
Sequences sequencesOf(const data::Dataset& dataset, std::size_t user, data::Domain target);

/// What a theta retrieves, over all users with a test target.
struct ThetaPoint {
    double theta = 0;
    double share = 0; ///< of all source events
    double meanLength = 0; ///< retrieved events of a user (the column of Table 6)
    double none = 0; ///< share of users for whom nothing is retrieved
};

/// One point per theta, in their order. `progress`: share done, from several threads. Throws Error(Failure)
/// when stopped.
std::vector<ThetaPoint> thetaCurve(const data::Dataset& dataset, const Similarity& similarity,
    data::Domain target, std::size_t length, std::span<const double> thetas, const std::stop_token& stop = {},
    const std::function<void(double)>& progress = {});

/// The same of hard retrieval, whose `theta` is not a number. `similarity` must have keys.
ThetaPoint hardPoint(const data::Dataset& dataset, const Similarity& similarity, data::Domain target,
    std::size_t length, const std::stop_token& stop = {}, const std::function<void(double)>& progress = {});

} // namespace fedcctr::retrieval
