// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/retrieval/retrieval.h"

#include <array>
#include <cstdint>
#include <string>

namespace fedcctr::retrieval {

/// Who finds that a source and a target event of a user belong together: Hard by a shared key, the vectors
/// by a cosine above theta (the two cases of Figure 5).
enum class Finder : std::uint8_t { Both, OnlyHard, OnlyVectors };
inline constexpr std::array<Finder, 3> kFinders{Finder::Both, Finder::OnlyHard, Finder::OnlyVectors};
constexpr std::size_t index(Finder finder)
{
    return static_cast<std::size_t>(finder);
}

struct Example {
    data::ItemId source = 0;
    data::ItemId own = 0;
    float cosine = 0;
};

struct Examples {
    std::array<std::size_t, 3>
        pairs{}; ///< by Finder: pairs of a source event and one that asks, over all users
    std::array<std::vector<Example>, 3> drawn; ///< by Finder: different pairs of items, the nearest first
};

/// Counts the pairs of a source event and an own one that asks, over all users, and draws `each` pairs of
/// items of either kind, all with the same chance and by the seed alone: not the prettiest ones.
/// `similarity` must have keys; `query.hard` does not matter. `progress`: share done, from several threads.
/// Throws Error(Failure) when stopped.
Examples examples(const data::Dataset& dataset, const Similarity& similarity, data::Domain target,
    const Query& query, std::size_t each, std::uint64_t seed, const std::stop_token& stop = {},
    const std::function<void(double)>& progress = {});

/// Words of both items' titles and categories, in their order.
std::vector<std::string> sharedWords(const data::Item& x, const data::Item& y);

} // namespace fedcctr::retrieval
