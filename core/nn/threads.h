// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace fedcctr::model {

/// Runs numbered jobs on a fixed number of threads, each with one intra-op thread: OpenMP teams inside small
/// operators cost more than they give.
class Workers {
public:
    /// 0: one per core.
    explicit Workers(int threads);

    int threads() const { return m_threads; }

    /// Calls job(0) … job(count - 1), each once, on the workers; returns when all are done. Rethrows the
    /// exception of the first job that failed.
    void run(std::size_t count, const std::function<void(std::size_t)>& job) const;

private:
    int m_threads;
};

/// The linear algebra library that this process has loaded, e.g. "OpenBLAS 0.3.21"; "reference BLAS" is the
/// slow one.
std::string loadedBlas();

} // namespace fedcctr::model
