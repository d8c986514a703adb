// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/threads.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <dlfcn.h>
#include <exception>
#include <mutex>

namespace fedcctr::model {

namespace {

/// OpenBLAS's pthread flavour does not heed OpenMP's setting, which is torch's; its own teams would fight the
/// workers.
void keepBlasToOneThread()
{
    using SetThreads = void (*)(int);
    if (const auto set = reinterpret_cast<SetThreads>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads")))
        set(1);
}

} // namespace

Workers::Workers(int threads)
    : m_threads(threads > 0 ? threads : static_cast<int>(std::max(1U, std::thread::hardware_concurrency())))
{
    at::set_num_threads(1);
    keepBlasToOneThread();
}

void Workers::run(std::size_t count, const std::function<void(std::size_t)>& job) const
{
    const std::size_t used = std::min(count, static_cast<std::size_t>(m_threads));
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
        at::set_num_threads(1);
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

std::string loadedBlas()
{
    using ConfigText = char* (*)();
    if (const auto config = reinterpret_cast<ConfigText>(dlsym(RTLD_DEFAULT, "openblas_get_config")))
        return config();
    if (dlsym(RTLD_DEFAULT, "MKL_Get_Version"))
        return "MKL";
    if (dlsym(RTLD_DEFAULT, "bli_info_get_version_str"))
        return "BLIS";
    return "reference BLAS";
}

} // namespace fedcctr::model
