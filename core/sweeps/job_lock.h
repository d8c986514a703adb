// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace fedcctr::sweeps {

/// A claim on a job, as a file that says which process of which machine holds it, so that sweeps that share a
/// folder do not run a job twice. The claim ends with the object, or when its process and everyone who
/// inherited descriptor() are gone, however they went.
///
/// On the same machine the system's own lock on the file tells whether a claim stands. Of another machine's
/// it cannot be relied on over every network file system: there a claim stands as long as the file is
/// refreshed within kStaleAfter.
class JobLock {
public:
    static constexpr std::chrono::minutes kStaleAfter{10};

    /// None if another holds it. Throws Error if the file cannot be made.
    static std::optional<JobLock> take(const std::filesystem::path& file);

    /// "host, process 123" of the file's holder, for messages; empty if there is no file.
    static std::string holderOf(const std::filesystem::path& file);

    JobLock(JobLock&& other) noexcept;
    JobLock& operator=(JobLock&& other) noexcept;
    ~JobLock();

    /// For the child that works on the job to inherit; closed on exec otherwise.
    int descriptor() const { return m_descriptor; }

    /// Says that the holder is alive. To be called every few minutes at least.
    void refresh() const;

private:
    JobLock(std::filesystem::path file, int descriptor);
    void release() noexcept;

    std::filesystem::path m_file;
    int m_descriptor = -1;
};

} // namespace fedcctr::sweeps
