// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/tsne.h"

namespace fedcctr::projection {

/// Seconds that t-SNE of `points` vectors of `width` will take on this machine, from a trial of some
/// milliseconds: distances grow with n², a step with n² or, beyond kMostExactPoints, with n log n. Within a
/// factor of two, on a machine that is otherwise idle.
double estimatedSeconds(std::size_t points, std::size_t width, const TsneOptions& options);

} // namespace fedcctr::projection
