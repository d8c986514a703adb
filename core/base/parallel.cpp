// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace fedcctr {

std::size_t coreCount()
{
    return std::max(1U, std::thread::hardware_concurrency());
}

void parallel(std::size_t threads, std::size_t count, const std::function<void(std::size_t)>& job,
    const std::function<void()>& begin)
{
    const std::size_t used = std::min(count, threads);
    if (used <= 1) {
        for (std::size_t i = 0; i < count; ++i)
            job(i);
        return;
    }
    std::atomic<std::size_t> next = 0;
    std::mutex mutex;
    std::size_t failedJob = count;
    std::exception_ptr failure;
    const auto work = [&] {
        if (begin)
            begin();
        for (std::size_t i = next++; i < count; i = next++) {
            try {
                job(i);
            } catch (...) {
                const std::scoped_lock lock(mutex);
                if (i < failedJob) {
                    failedJob = i;
                    failure = std::current_exception();
                }
            }
        }
    };
    {
        std::vector<std::jthread> helpers;
        for (std::size_t t = 1; t < used; ++t)
            helpers.emplace_back(work);
        work();
    }
    if (failure)
        std::rethrow_exception(failure);
}

} // namespace fedcctr
