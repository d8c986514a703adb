// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_import.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/runs/run_catalogue.h"

#include <algorithm>
#include <unistd.h>

namespace fedcctr::runs {

namespace fs = std::filesystem;

namespace {

bool liesWithin(const fs::path& path, const fs::path& folder)
{
    const auto [pathAt, folderAt] = std::mismatch(path.begin(), path.end(), folder.begin(), folder.end());
    return folderAt == folder.end();
}

fs::path freePlace(const fs::path& folder, const std::string& name)
{
    std::error_code failed;
    fs::path place = folder / name;
    for (int number = 2; fs::exists(place, failed); ++number)
        place = folder / (name + '-' + std::to_string(number));
    return place;
}

/// Regular files and folders only: a link in a folder from elsewhere may lead anywhere. Not the key of secret
/// noise: of two runs that went on with it, each would give away the other's.
void copyInto(const fs::path& from, const fs::path& to, const std::stop_token& stop)
{
    fs::create_directory(to);
    for (const fs::directory_entry& entry : fs::directory_iterator(from)) {
        if (stop.stop_requested())
            throw Error("stopped", Error::Kind::Failure);
        if (entry.is_symlink() || entry.path().filename() == "noise.key")
            continue;
        if (entry.is_directory())
            copyInto(entry.path(), to / entry.path().filename(), stop);
        else if (entry.is_regular_file()) {
            fs::copy_file(entry.path(), to / entry.path().filename());
            syncToDisk(to / entry.path().filename());
        }
    }
}

} // namespace

fs::path importRun(const fs::path& from, const fs::path& runsFolder, const std::stop_token& stop)
{
    const RunEntry entry = readEntry(from);
    if (entry.state == RunState::Foreign || entry.state == RunState::Broken)
        throw Error(from.string() + ": " + entry.problem + "; choose the directory of a run");
    if (entry.state == RunState::Running)
        throw Error(from.string() + ": is being written; import it when the run has ended");
    makeWritableDirectory(runsFolder);
    const fs::path source = fs::canonical(from);
    const fs::path target = fs::canonical(runsFolder);
    if (liesWithin(source, target))
        throw Error(from.string() + ": lies in the folder of runs already");
    if (liesWithin(target, source))
        throw Error(from.string() + ": holds the folder of runs itself; choose the directory of a run");
    const fs::path beside = target / (".import-" + std::to_string(::getpid()) + '-' + entry.name);
    std::error_code ignored;
    try {
        copyInto(source, beside, stop);
        const fs::path place = freePlace(target, entry.name);
        fs::rename(beside, place);
        syncToDisk(target);
        return place;
    } catch (const fs::filesystem_error& error) {
        fs::remove_all(beside, ignored);
        throw Error(
            from.string() + ": cannot be copied (" + error.code().message() + ")", Error::Kind::Failure);
    } catch (const Error&) {
        fs::remove_all(beside, ignored);
        throw;
    }
}

} // namespace fedcctr::runs
