// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/program_path.h"

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <unistd.h>

namespace fedcctr::cli {

std::string programPath(const std::string& name)
{
    std::error_code failed;
    const std::filesystem::path own = std::filesystem::read_symlink("/proc/self/exe", failed);
    if (failed)
        return name;
    const std::string beside = (own.parent_path() / name).string();
    return ::access(beside.c_str(), F_OK) == 0 ? beside : name;
}

std::string startFailure(const std::string& name, int reason)
{
    const std::string place = reason == ENOENT ? "neither beside this program nor in PATH"
                                               : std::generic_category().message(reason);
    return name + ": cannot be started (" + place
        + "); build or install it beside 'fedcctr', or add its directory to PATH";
}

} // namespace fedcctr::cli
