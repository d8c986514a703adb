// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

namespace fedcctr::data {

struct DemoOptions {
    int users = 600;
    int items = 400; ///< per domain
    std::uint64_t seed = 1;
};

/// What the generator drew and a test may want to know.
struct DemoTruth {
    int topics = 0;
    std::vector<int> itemTopic; ///< by ItemId
    std::vector<std::array<int, 2>> userTopic; ///< favourite topic per user and domain
    std::vector<bool> userShares; ///< the two favourites are the same topic: what transfer can find
};

struct Demo {
    Dataset dataset;
    DemoTruth truth;
};

/// Seeded synthetic data in two domains ("Books", "Movies"): topics shared by both domains and topics of one
/// domain only, users with one favourite topic per domain (the same one for most users), Zipf popularity
/// inside a topic, short-term interest, titles made of the topic's words. All items stay, also those that
/// nobody clicked. Throws Error below 2 users or 60 items.
Demo generateDemo(const DemoOptions& options);

} // namespace fedcctr::data
