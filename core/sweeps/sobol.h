// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

namespace fedcctr::sweeps {

/// First `count` points of the Sobol sequence (direction numbers of Joe and Kuo 2008, Gray code order), each
/// with `dimensions` coordinates in [0, 1). Throws Error beyond kSobolDimensions.
std::vector<std::vector<double>> sobolPoints(std::size_t count, std::size_t dimensions);
inline constexpr std::size_t kSobolDimensions = 10;

} // namespace fedcctr::sweeps
