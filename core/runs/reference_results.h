// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/runs/summary_record.h"

#include <vector>

namespace fedcctr::runs {

/// What the rankers reach that need no training (evaluation::references()), on a split. Measured once for a
/// dataset and kept beside it (core/data/dataset_cache.h).
std::vector<ReferenceRecord> referenceResults(const data::Dataset& dataset, data::Split split);

} // namespace fedcctr::runs
