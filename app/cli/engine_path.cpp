// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/engine_path.h"

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <unistd.h>

namespace fedcctr::cli {

namespace {

constexpr const char* kEngine = "fedcctr-engine";

}

std::string enginePath()
{
    std::error_code failed;
    const std::filesystem::path own = std::filesystem::read_symlink("/proc/self/exe", failed);
    if (failed)
        return kEngine;
    const std::string beside = (own.parent_path() / kEngine).string();
    return ::access(beside.c_str(), F_OK) == 0 ? beside : kEngine;
}

std::string engineFailure(int reason)
{
    const std::string place = reason == ENOENT ? "neither beside this program nor in PATH"
                                               : std::generic_category().message(reason);
    return std::string(kEngine) + ": cannot be started (" + place
        + "); build or install it beside 'fedcctr', or add its directory to PATH";
}

} // namespace fedcctr::cli
