// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

namespace fedcctr::data {

/// Something is wrong with one row of a file; the next row can be read.
class RowError : public Error {
public:
    using Error::Error;
};

} // namespace fedcctr::data
