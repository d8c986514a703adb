// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/ordered_products.h"

namespace fedcctr::model {

/// X V for the leading `rank` right singular vectors V of X, by a randomised SVD (Halko, Martinsson and Tropp
/// 2011) with eight more columns and three power iterations. Coordinates beyond X's rank are 0. The same
/// bits for any number of threads.
DenseMatrix leadingProjection(const SparseMatrix& x, std::size_t rank, std::size_t threads);

} // namespace fedcctr::model
