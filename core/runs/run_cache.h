// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runs/run_catalogue.h"

#include <map>

namespace fedcctr::runs {

/// What tells that a file has changed: its size and time, both 0 for none.
struct FileStamp {
    std::int64_t size = 0;
    std::int64_t time = 0; ///< last write, nanoseconds of the file system's clock

    bool operator==(const FileStamp&) const = default;
};

/// The files that an entry was read from.
struct EntryStamp {
    FileStamp config;
    FileStamp summary;
    FileStamp notes;

    bool operator==(const EntryStamp&) const = default;
};

/// An entry as it stood when its files had these stamps.
struct CachedEntry {
    EntryStamp stamp;
    RunEntry entry;
};

using RunCache = std::map<std::string, CachedEntry>; ///< by path below the scanned folder

/// Never throws: a missing, damaged or older cache is an empty one.
RunCache loadRunCache(const std::filesystem::path& file);

/// Atomically. Says whether it could; a folder that cannot be written has no cache.
bool saveRunCache(const std::filesystem::path& file, const RunCache& cache);

} // namespace fedcctr::runs
