// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sweeps/job_lock.h"

#include "core/base/error.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace fedcctr::sweeps {

namespace fs = std::filesystem;

namespace {

std::string hostName()
{
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    return name.data();
}

/// The file's whole content; it is a short line.
std::string contentOf(int descriptor)
{
    std::array<char, 512> text{};
    const ssize_t got = ::pread(descriptor, text.data(), text.size(), 0);
    return got > 0 ? std::string(text.data(), static_cast<std::size_t>(got)) : std::string();
}

std::string hostOf(const std::string& content)
{
    return content.substr(0, content.find(' '));
}

bool write(int descriptor, const std::string& content)
{
    return ::ftruncate(descriptor, 0) == 0
        && ::pwrite(descriptor, content.data(), content.size(), 0) == static_cast<ssize_t>(content.size());
}

bool isFresh(const struct stat& status, std::chrono::seconds limit)
{
    struct timespec now { };
    ::clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec - status.st_mtim.tv_sec < limit.count();
}

/// The descriptor is still that of the file of this name, not of one that was removed since.
bool isStill(int descriptor, const fs::path& file)
{
    struct stat opened { };
    struct stat named { };
    return ::fstat(descriptor, &opened) == 0 && ::stat(file.c_str(), &named) == 0
        && opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

[[noreturn]] void cannotBeLocked(const fs::path& file)
{
    throw Error(file.string() + ": cannot be locked (" + std::generic_category().message(errno)
            + "); put the sweep on a file system that has locks",
        Error::Kind::Failure);
}

/// Whether the claim that the open file tells of stands. A claim of this machine that does not is ours now.
bool stands(int descriptor, const fs::path& file)
{
    // A file without a line was made just now, or by a process that died at once.
    constexpr std::chrono::seconds kToWrite{5};
    struct stat status { };
    if (::fstat(descriptor, &status) != 0)
        return true;
    const std::string content = contentOf(descriptor);
    if (content.empty() && isFresh(status, kToWrite))
        return true;
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK || errno == EINTR)
            return true;
        cannotBeLocked(file);
    }
    return !content.empty() && hostOf(content) != hostName() && isFresh(status, JobLock::kStaleAfter);
}

} // namespace

std::optional<JobLock> JobLock::take(const fs::path& file)
{
    const std::string content = hostName() + " process " + std::to_string(::getpid()) + '\n';
    constexpr int kTries = 3;
    for (int i = 0; i < kTries; ++i) {
        int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
        if (descriptor >= 0) {
            JobLock lock(file, descriptor);
            if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0 || !write(descriptor, content))
                cannotBeLocked(file);
            return lock;
        }
        if (errno != EEXIST)
            throw Error(file.string() + ": cannot be made (" + std::generic_category().message(errno)
                + "); choose a writable place with --out");
        descriptor = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
        if (descriptor < 0)
            continue; // its holder has just removed it
        JobLock lock({}, descriptor); // without a name it leaves the file
        if (stands(descriptor, file))
            return std::nullopt;
        // Left behind by a process that is gone.
        if (isStill(descriptor, file) && write(descriptor, content)) {
            lock.m_file = file;
            return lock;
        }
    }
    return std::nullopt;
}

std::string JobLock::holderOf(const fs::path& file)
{
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return {};
    std::string content = contentOf(descriptor);
    ::close(descriptor);
    content = content.substr(0, content.find('\n'));
    if (const std::size_t gap = content.find(' '); gap != std::string::npos)
        content.insert(gap, ",");
    return content;
}

JobLock::JobLock(fs::path file, int descriptor)
    : m_file(std::move(file))
    , m_descriptor(descriptor)
{
}

JobLock::JobLock(JobLock&& other) noexcept
    : m_file(std::exchange(other.m_file, {}))
    , m_descriptor(std::exchange(other.m_descriptor, -1))
{
}

JobLock& JobLock::operator=(JobLock&& other) noexcept
{
    if (this != &other) {
        release();
        m_file = std::exchange(other.m_file, {});
        m_descriptor = std::exchange(other.m_descriptor, -1);
    }
    return *this;
}

JobLock::~JobLock()
{
    release();
}

void JobLock::release() noexcept
{
    if (m_descriptor < 0)
        return;
    // Removed before it is closed: nobody may lock a file that is about to go.
    if (!m_file.empty())
        ::unlink(m_file.c_str());
    ::close(m_descriptor);
    m_descriptor = -1;
}

void JobLock::refresh() const
{
    ::futimens(m_descriptor, nullptr);
}

} // namespace fedcctr::sweeps
