// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/run_lock.h"

#include "core/base/error.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace fedcctr::experiment {

namespace {

constexpr std::chrono::minutes kPatience{10};

std::filesystem::path lockFile(const std::filesystem::path& run)
{
    return run / "engine.pid";
}

struct flock wholeFile()
{
    struct flock lock { };
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return lock;
}

bool take(int descriptor)
{
    struct flock lock = wholeFile();
    return ::fcntl(descriptor, F_SETLK, &lock) == 0;
}

} // namespace

RunLock::RunLock(const std::filesystem::path& run, Other other)
    : m_file(lockFile(run))
{
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    bool asked = false;
    while (!open()) {
        const std::optional<int> process = holder(run);
        if (process && (other == Other::Refuse || std::chrono::steady_clock::now() > deadline))
            throw Error(run.string() + ": process " + std::to_string(*process)
                    + " writes this run; stop it first (kill -TERM " + std::to_string(*process) + ')',
                Error::Kind::Failure);
        if (process && !asked)
            asked = ::kill(*process, SIGTERM) == 0;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    const std::string text = std::to_string(::getpid()) + '\n';
    if (::ftruncate(m_descriptor, 0) != 0
        || ::write(m_descriptor, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
        ::close(m_descriptor);
        throw Error(m_file.string() + ": writing failed; is the disk full?", Error::Kind::Failure);
    }
}

/// False if another process has the file, or had it and removed it meanwhile.
bool RunLock::open()
{
    m_descriptor = ::open(m_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (m_descriptor < 0)
        throw Error(m_file.string() + ": cannot be written; check the permissions", Error::Kind::Failure);
    struct stat ours { };
    struct stat named { };
    if (take(m_descriptor) && ::fstat(m_descriptor, &ours) == 0 && ::stat(m_file.c_str(), &named) == 0
        && ours.st_ino == named.st_ino)
        return true;
    ::close(m_descriptor);
    return false;
}

RunLock::~RunLock()
{
    // Removed before it is unlocked: nobody finds it free with our number in it.
    std::error_code ignored;
    std::filesystem::remove(m_file, ignored);
    ::close(m_descriptor);
}

std::optional<int> RunLock::holder(const std::filesystem::path& run)
{
    const int descriptor = ::open(lockFile(run).c_str(), O_RDWR | O_CLOEXEC);
    if (descriptor < 0)
        return {};
    struct flock lock = wholeFile();
    const bool asked = ::fcntl(descriptor, F_GETLK, &lock) == 0;
    ::close(descriptor);
    if (!asked || lock.l_type == F_UNLCK || lock.l_pid <= 0)
        return {};
    return static_cast<int>(lock.l_pid);
}

} // namespace fedcctr::experiment
