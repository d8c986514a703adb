// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/spec.h"

namespace fedcctr::model {

/// What IDST-CL's wide part knows ("idst-cl.wide").
enum class Wide : std::uint8_t {
    None,
    Popularity, ///< how many other users have the candidate
    Neighbours, ///< and how many of them share the history
};

/// How old an event of the history is, in events: 0, 1-3, 4-11, more.
inline constexpr std::int64_t kWideAges = 4;
/// Weights of the popularity: of an item that no other user has, of one that some have, of their number, of
/// its power 1.5.
inline constexpr std::int64_t kWideCounts = 4;

Wide wideOf(const ModelOptions& options);

/// "idst-cl.shrinkage"
double shrinkageOf(const ModelOptions& options);

/// Weights of a domain's wide part.
std::int64_t wideWidth(Wide wide);

/// A setting by which the model reads what other clients' events say. No accountant charges for that.
struct SharedKnowledge {
    std::string key;
    std::string off; ///< the value without
};

/// Those that are on.
std::vector<SharedKnowledge> sharedKnowledge(const ModelOptions& options);

} // namespace fedcctr::model
