// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

namespace fedcctr::data {

class Watch;

/// Gives every event its role under the dataset's protocol. Where there are fewer than three events (of a
/// user in a domain, or of a user at all), all of them are for training.
void assignRoles(Dataset& dataset);

/// Draws the candidates of every target from the dataset's seed. The row of a user, split and domain depends
/// on nothing else, so that the same target has the same candidates whatever other targets there are. Throws
/// Error if a domain has too few items that a user never touched.
void drawCandidates(Dataset& dataset, Watch& watch);

/// A dataset as another protocol judges it.
struct Judged {
    Dataset dataset;
    std::array<std::size_t, 2> leftOut{}; ///< by split: targets that had another use in the dataset
};

/// The same users, items and events under another protocol, with `negatives` candidates per target, drawn
/// anew. For models that were trained on `dataset`: a target stays one only if the dataset holds it out for
/// the same split, since a model may have been trained on, or chosen by, the others.
Judged judgedBy(const Dataset& dataset, Protocol protocol, int negatives);

} // namespace fedcctr::data
