// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/program_path.h"
#include "core/base/error.h"

#include <cerrno>
#include <unistd.h>
#include <vector>

namespace fedcctr::cli {

int runEngine(const std::string& command, std::span<const std::string> words)
{
    const std::string program = programPath(kEngine);
    std::vector<std::string> all{kEngine, command};
    all.insert(all.end(), words.begin(), words.end());
    std::vector<char*> pointers;
    pointers.reserve(all.size() + 1);
    for (std::string& word : all)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    // Replaces this process; looks into PATH only for names without a slash.
    ::execvp(program.c_str(), pointers.data());
    throw Error(startFailure(kEngine, errno), Error::Kind::Failure);
}

} // namespace fedcctr::cli
