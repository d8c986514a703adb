// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/memory.h"

#include <malloc.h>

namespace fedcctr::model {

void keepMemory()
{
    constexpr int kGibibyte = 1 << 30;
    ::mallopt(M_MMAP_THRESHOLD, kGibibyte);
    ::mallopt(M_TRIM_THRESHOLD, kGibibyte);
}

} // namespace fedcctr::model
