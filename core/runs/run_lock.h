// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>

namespace fedcctr::runs {

/// Name of the lock's file in a run directory.
inline constexpr const char* kLockName = "engine.pid";

/// Whoever writes a run directory holds it: RUN/engine.pid is locked by the kernel for as long as the process
/// lives, so that neither a killed engine nor a process number used again can deceive anybody. The file also
/// holds the number as text in its first line, for people and for remote shells, and the machine in its
/// second: over a network mount the kernel may name the number of a process elsewhere. It is removed at the
/// end.
class RunLock {
public:
    /// What to do with another process that holds the run.
    enum class Other {
        Refuse, ///< Error
        Stop, ///< SIGTERM: it finishes its round and writes its checkpoint; then the run is ours
    };

    /// The directory must exist. Throws Error if another process holds the run, or does not let go of it
    /// within ten minutes, or cannot be told to since it is on another machine, or if the file system has no
    /// locks.
    explicit RunLock(const std::filesystem::path& run, Other other = Other::Refuse);
    ~RunLock();
    RunLock(const RunLock&) = delete;
    RunLock& operator=(const RunLock&) = delete;

    /// Whether a process writes the run, on whatever machine. Not for a process that holds the lock itself.
    static bool isHeld(const std::filesystem::path& run);

    /// Number of the process that writes the run, if it is one of this machine: it may be sent signals. Not
    /// for a process that holds the lock itself.
    static std::optional<int> holder(const std::filesystem::path& run);

private:
    bool open();

    std::filesystem::path m_file;
    int m_descriptor = -1;
};

} // namespace fedcctr::runs
