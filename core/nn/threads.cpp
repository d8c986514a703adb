// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/threads.h"

#include "core/base/parallel.h"

#include <ATen/Parallel.h>

#include <dlfcn.h>

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
    : m_threads(threads > 0 ? threads : static_cast<int>(coreCount()))
{
    at::set_num_threads(1);
    keepBlasToOneThread();
}

void Workers::run(std::size_t count, const std::function<void(std::size_t)>& job) const
{
    parallel(static_cast<std::size_t>(m_threads), count, job, [] { at::set_num_threads(1); });
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
