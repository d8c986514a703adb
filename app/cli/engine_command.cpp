// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "core/base/error.h"

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace fedcctr::cli {

namespace {

constexpr const char* kEngine = "fedcctr-engine";

/// Replaces this process; returns only if the program cannot be started, with the reason.
int replaceBy(const std::string& program, std::span<const std::string> words)
{
    std::vector<std::string> copies(words.begin(), words.end());
    std::vector<char*> pointers;
    pointers.reserve(copies.size() + 1);
    for (std::string& word : copies)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    // execvp looks into PATH only for names without a slash.
    ::execvp(program.c_str(), pointers.data());
    return errno;
}

} // namespace

int runEngine(const std::string& command, std::span<const std::string> words)
{
    std::vector<std::string> all{kEngine, command};
    all.insert(all.end(), words.begin(), words.end());

    std::error_code failed;
    const std::filesystem::path own = std::filesystem::read_symlink("/proc/self/exe", failed);
    const std::string beside = failed ? std::string() : (own.parent_path() / kEngine).string();
    int reason = beside.empty() ? ENOENT : replaceBy(beside, all);
    if (reason == ENOENT)
        reason = replaceBy(kEngine, all);
    const std::string place = reason == ENOENT ? "neither beside this program nor in PATH"
                                               : std::generic_category().message(reason);
    throw Error(std::string(kEngine) + ": cannot be started (" + place
            + "); build or install it beside 'fedcctr', or add its directory to PATH",
        Error::Kind::Failure);
}

} // namespace fedcctr::cli
