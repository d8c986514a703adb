// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/build.h"
#include "core/data/import_options.h"

namespace fedcctr::data {

/// The raw data that would give this dataset again: all its users, items and events, in their order. What its
/// own import left out is not in it.
RawData rawDataOf(const Dataset& dataset);

/// The dataset built anew with other filters, negatives or seed: filters can only take more away. The
/// source's notes stay, and one says where it came from. Throws Error as buildDataset() does.
Dataset refiltered(const Dataset& dataset, const ImportOptions& options);

} // namespace fedcctr::data
