// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/installed.h"

#include "core/base/error.h"

#include <vector>

namespace fedcctr {

namespace fs = std::filesystem;

fs::path installedFolder(const std::string& name, const std::string& sourceFolder)
{
    std::error_code failed;
    const fs::path program = fs::read_symlink("/proc/self/exe", failed);
    std::vector<fs::path> places;
    if (!failed)
        places.push_back(program.parent_path().parent_path() / "share/fedcctr" / name);
    places.push_back(fs::path(FEDCCTR_INSTALLED_DATA) / name);
    places.push_back(fs::path(FEDCCTR_SOURCE_TREE) / sourceFolder);
    for (const fs::path& place : places)
        if (fs::is_directory(place, failed))
            return place;
    throw Error(name + ": not found; looked in " + places.front().string() + " and " + places.back().string()
            + "; install the program again",
        Error::Kind::Failure);
}

} // namespace fedcctr
