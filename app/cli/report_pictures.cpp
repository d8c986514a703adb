// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/report_pictures.h"

#include "app/cli/program_path.h"
#include "core/base/error.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace fedcctr::cli {

namespace {

constexpr int kCannotStart = 127; ///< the shells' and the dynamic linker's word for it

struct Ending {
    int status = 0; ///< as waitpid() gives it
    std::string errors; ///< what it wrote on standard error
};

[[noreturn]] void failOn(const char* call)
{
    throw Error(
        std::string(kPlots) + ": " + call + " failed (" + std::generic_category().message(errno) + ')',
        Error::Kind::Failure);
}

/// The child. Only calls that are safe after a fork.
[[noreturn]] void become(char** words, int errors, pid_t parent)
{
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent)
        ::_exit(kCannotStart);
    ::dup2(errors, STDERR_FILENO);
    ::execvp(words[0], words);
    ::_exit(kCannotStart);
}

Ending runToItsEnd(std::vector<std::string> words)
{
    std::vector<char*> pointers;
    for (std::string& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0)
        failOn("pipe");
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child == 0)
        become(pointers.data(), pipe[1], parent);
    ::close(pipe[1]);
    Ending ending;
    std::array<char, 4096> buffer{};
    for (ssize_t got = 0; child > 0 && (got = ::read(pipe[0], buffer.data(), buffer.size())) != 0;)
        if (got > 0)
            ending.errors.append(buffer.data(), static_cast<std::size_t>(got));
        else if (errno != EINTR)
            break;
    ::close(pipe[0]);
    if (child < 0)
        failOn("fork");
    while (::waitpid(child, &ending.status, 0) < 0)
        if (errno != EINTR)
            failOn("waitpid");
    while (ending.errors.ends_with('\n'))
        ending.errors.pop_back();
    return ending;
}

/// Its last line, without its own name in front.
std::string lastLine(const std::string& errors)
{
    const std::string line = errors.substr(errors.rfind('\n') + 1);
    const std::string prefix = std::string(kPlots) + ": ";
    return line.starts_with(prefix) ? line.substr(prefix.size()) : line;
}

} // namespace

std::optional<std::string> drawPictures(const std::filesystem::path& charts)
{
    const std::string program = programPath(kPlots);
    const Ending ending = runToItsEnd({program, charts.string(), "--out", charts.parent_path().string()});
    if (WIFEXITED(ending.status) && WEXITSTATUS(ending.status) == 0)
        return std::nullopt;
    if (WIFEXITED(ending.status) && WEXITSTATUS(ending.status) == kCannotStart) {
        if (!ending.errors.empty())
            return lastLine(ending.errors);
        const bool isThere = program.find('/') != std::string::npos;
        return startFailure(kPlots, isThere && ::access(program.c_str(), X_OK) != 0 ? errno : ENOENT);
    }
    if (WIFSIGNALED(ending.status))
        throw Error(std::string(kPlots) + " was ended by signal " + std::to_string(WTERMSIG(ending.status))
                + " while it drew the pictures",
            Error::Kind::Failure);
    throw Error(ending.errors.empty() ? std::string(kPlots) + " could not draw the pictures"
                                      : lastLine(ending.errors),
        Error::Kind::Failure);
}

} // namespace fedcctr::cli
