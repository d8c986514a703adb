// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/augment/answer.h"
#include "core/data/dataset.h"

#include <cstdint>

namespace fedcctr::augment {

inline constexpr int kDefaultCandidates = 10, kMostCandidates = 50; ///< |C|, per domain

/// Has the item a title, categories or a creator? Of others nothing can be said.
bool hasText(const data::Item& item);

/// What stage 3 offers a user: `perDomain` items of each domain (fewer if there are not so many), drawn
/// uniformly without replacement from the items with text that the user has no *training* event with. The
/// same seed and user give the same candidates, whatever other users do.
///
/// Held-out items are not kept away: the draw must not know which they are. Had a user's targets never been
/// among the candidates, being offered would tell that an item is no target, and every disliked item would be
/// a hint for the test. A target is drawn as rarely as any other item.
Candidates sampleCandidates(
    const data::Dataset& dataset, std::size_t user, int perDomain, std::uint64_t seed);

} // namespace fedcctr::augment
