// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_lock.h"

#include "core/base/error.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace fedcctr::runs {

namespace {

constexpr std::chrono::minutes kPatience{10};
constexpr std::chrono::milliseconds kPause{50};
constexpr int kMostVainTries = 100; ///< to take a lock that nobody is seen to hold

std::filesystem::path lockFile(const std::filesystem::path& run)
{
    return run / kLockName;
}

/// "node7 0b1c…": the machine and its start, which tells two machines of one name apart.
std::string thisMachine()
{
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    std::string start;
    std::getline(std::ifstream("/proc/sys/kernel/random/boot_id"), start);
    return std::string(name.data()) + ' ' + start;
}

struct flock wholeFile()
{
    struct flock lock { };
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return lock;
}

/// Who holds a run, as far as it can be told.
struct Holder {
    int process = 0; ///< 0: not known
    std::string machine; ///< empty: not known
    bool isHere = false; ///< the number is that of a process of this machine
};

Holder describedBy(int descriptor)
{
    std::array<char, 512> bytes{};
    const ssize_t got = ::pread(descriptor, bytes.data(), bytes.size(), 0);
    const std::string text(bytes.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    const std::size_t lineEnd = text.find('\n');
    Holder holder;
    std::from_chars(text.data(), text.data() + std::min(lineEnd, text.size()), holder.process);
    if (lineEnd != std::string::npos && lineEnd + 1 < text.size())
        holder.machine = text.substr(lineEnd + 1, text.find('\n', lineEnd + 1) - lineEnd - 1);
    return holder;
}

/// Nobody if the file is not locked, or if its file system does not tell.
std::optional<Holder> holderOf(const std::filesystem::path& run)
{
    const int descriptor = ::open(lockFile(run).c_str(), O_RDWR | O_CLOEXEC);
    if (descriptor < 0)
        return {};
    struct flock lock = wholeFile();
    const bool isLocked = ::fcntl(descriptor, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
    Holder holder = describedBy(descriptor);
    ::close(descriptor);
    if (!isLocked)
        return {};
    // Without a machine's name it is the file of an older program, or one that is being written.
    const bool sameMachine = holder.machine.empty() || holder.machine == thisMachine();
    holder.isHere = sameMachine && lock.l_pid > 0 && holder.process == lock.l_pid;
    return holder;
}

[[noreturn]] void refuse(const std::filesystem::path& run, const Holder& holder)
{
    const std::string number = std::to_string(holder.process);
    const std::string who = holder.process > 0 ? "process " + number : "another process";
    const std::string where = holder.isHere || holder.machine.empty()
        ? std::string()
        : " on " + holder.machine.substr(0, holder.machine.find(' '));
    throw Error(run.string() + ": " + who + where + " writes this run; stop it "
            + (holder.isHere ? "first (kill -TERM " + number + ')' : "there first"),
        Error::Kind::Failure);
}

} // namespace

RunLock::RunLock(const std::filesystem::path& run, Other other)
    : m_file(lockFile(run))
{
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    bool asked = false;
    int vainTries = 0;
    while (!open()) {
        const std::optional<Holder> holder = holderOf(run);
        if (!holder && ++vainTries == kMostVainTries)
            throw Error(m_file.string()
                    + ": cannot be locked though nobody is seen to hold it; put the run on a file system "
                      "that "
                      "has locks",
                Error::Kind::Failure);
        // A holder without a number has yet to write it.
        const bool isElsewhere = holder && !holder->isHere && holder->process > 0;
        if (holder && (other == Other::Refuse || isElsewhere || std::chrono::steady_clock::now() > deadline))
            refuse(run, *holder);
        if (holder && holder->isHere && !asked)
            asked = ::kill(holder->process, SIGTERM) == 0;
        std::this_thread::sleep_for(kPause);
    }
    const std::string text = std::to_string(::getpid()) + '\n' + thisMachine() + '\n';
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
        throw Error(m_file.string() + ": cannot be written (" + std::generic_category().message(errno)
                + "); check the permissions",
            Error::Kind::Failure);
    struct flock lock = wholeFile();
    const bool isTaken = ::fcntl(m_descriptor, F_SETLK, &lock) == 0;
    const int reason = errno;
    struct stat ours { };
    struct stat named { };
    if (isTaken && ::fstat(m_descriptor, &ours) == 0 && ::stat(m_file.c_str(), &named) == 0
        && ours.st_ino == named.st_ino)
        return true;
    ::close(m_descriptor);
    if (!isTaken && reason != EAGAIN && reason != EACCES && reason != EINTR)
        throw Error(m_file.string() + ": cannot be locked (" + std::generic_category().message(reason)
                + "); put the run on a file system that has locks",
            Error::Kind::Failure);
    return false;
}

RunLock::~RunLock()
{
    // Removed before it is unlocked: nobody finds it free with our number in it.
    std::error_code ignored;
    std::filesystem::remove(m_file, ignored);
    ::close(m_descriptor);
}

bool RunLock::isHeld(const std::filesystem::path& run)
{
    return holderOf(run).has_value();
}

std::optional<int> RunLock::holder(const std::filesystem::path& run)
{
    const std::optional<Holder> holder = holderOf(run);
    return holder && holder->isHere ? std::optional(holder->process) : std::nullopt;
}

} // namespace fedcctr::runs
