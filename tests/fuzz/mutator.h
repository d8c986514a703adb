// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"

#include <span>
#include <string>
#include <vector>

namespace fedcctr::fuzz {

/// What mutations start from and put in.
struct Material {
    std::vector<std::string> samples; ///< good inputs
    std::vector<std::string> words; ///< of the format: separators, keys, odd values
};

/// A sample with a few seeded changes: bits, bytes, ranges taken out, doubled or repeated, words put in,
/// lines swapped, a part of another sample, an early end. The same material, seed and number give the same
/// input.
std::string mutated(const Material& material, std::uint64_t seed, std::uint64_t number);

} // namespace fedcctr::fuzz
