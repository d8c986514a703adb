// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/data/import_options.h"

namespace fedcctr::data {

/// What a source tells of one event.
struct RawInteraction {
    std::int64_t time = 0; ///< Unix seconds
    std::int32_t user = 0; ///< index into RawData::users
    std::int32_t item = 0; ///< index into RawData::items
    std::int32_t nanos = 0; ///< of the second; orders events within it
    std::int16_t rating = kNoRating;
};
/// What a source tells.
struct RawData {
    Provenance provenance;
    std::array<std::string, 2> domainNames;
    std::vector<std::string> users;
    std::vector<Item> items;
    std::vector<Domain> itemDomains;
    std::vector<std::string> markets; ///< of a multi-market source, whose only domain is A; else empty
    std::vector<std::int32_t> userMarkets; ///< by user, where there are markets
    std::vector<std::int32_t> itemMarkets; ///< by item
    std::vector<RawInteraction> interactions; ///< in input order
    /// Each user's interactions stand in their order already; else they are sorted by time.
    bool ordered = false;
    /// Items without interactions stay; else they are left out.
    bool keepsUnusedItems = false;
    /// Repetitions went at an earlier import, by finer times than a dataset keeps.
    bool repetitionsAreGone = false;
};
/// The steps that every source shares, from raw interactions to a finished dataset: chronological order with
/// ties in input order; an event that repeats another one's user, item and time left out (a click counted
/// twice; the same item at another time stays, and without times every repetition does); users of both
/// domains only, where there are two, and k-core; users and items market by market, where there are markets;
/// the split by the protocol; fixed negatives. Throws Error if nothing is left, saying which rule removed
/// what.
Dataset buildDataset(RawData raw, const ImportOptions& options);

} // namespace fedcctr::data
