// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>

namespace fedcctr {

/// One per core, at least 1.
std::size_t coreCount();

/// Calls job(0) … job(count - 1), each once, on at most `threads` threads, this one among them; returns when
/// all are done. `begin` is called by each of them first, if it is given. Rethrows the exception of the
/// first job that failed.
void parallel(std::size_t threads, std::size_t count, const std::function<void(std::size_t)>& job,
    const std::function<void()>& begin = {});

} // namespace fedcctr
