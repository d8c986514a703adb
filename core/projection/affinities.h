// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/matrix.h"

#include <cstdint>
#include <functional>
#include <stop_token>

namespace fedcctr::projection {

/// Which points are near each other: a sparse matrix, row by row.
struct Affinities {
    std::vector<std::size_t> rowStart; ///< points + 1 entries into the others
    std::vector<std::uint32_t> neighbour; ///< rising within a row
    std::vector<double> value;

    std::size_t points() const { return rowStart.empty() ? 0 : rowStart.size() - 1; }
};

/// p_{j|i} of one row from its squared distances: normalised exp(-beta d²), beta by bisection so that
/// 2^entropy equals the perplexity. Equal distances give equal shares. `share` is overwritten.
void conditionalRow(std::span<const double> squared, double perplexity, std::span<double> share);

/// 2 to the power of the entropy of a distribution.
double perplexityOf(std::span<const double> share);

/// The largest perplexity that so many points allow.
double mostPerplexity(std::size_t points);

/// p_ij = (p_{j|i} + p_{i|j}) / 2n of van der Maaten & Hinton 2008, sum 1. Over all pairs if `neighbours` is
/// 0, else over each point's nearest ones (van der Maaten 2014). Throws Error if the perplexity is above
/// mostPerplexity(); returns nothing useful once `stop` is requested.
Affinities affinities(const Matrix& points, double perplexity, std::size_t neighbours,
    const std::stop_token& stop = {}, const std::function<void(double share)>& progress = {});

} // namespace fedcctr::projection
