// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/dataset_cache.h"

#include "core/base/binary.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/sha256.h"

#include <algorithm>
#include <system_error>
#include <vector>

namespace fedcctr::data {

namespace fs = std::filesystem;

namespace {

fs::path fileOf(const Dataset& dataset, std::string_view name, const std::string& digest)
{
    return dataset.directory / kCacheFolder / (std::string(name) + '-' + digest.substr(0, 16) + ".bin");
}

/// Leaves the newest of the name's files.
void forgetOldest(const fs::path& folder, const std::string& start)
{
    constexpr std::size_t kMost = 4;
    std::vector<std::pair<fs::file_time_type, fs::path>> files;
    std::error_code failed;
    for (fs::directory_iterator entries(folder, failed), end; !failed && entries != end;
         entries.increment(failed))
        if (entries->path().filename().string().starts_with(start) && entries->path().extension() == ".bin")
            files.emplace_back(entries->last_write_time(failed), entries->path());
    std::ranges::sort(files, std::ranges::greater());
    for (std::size_t i = kMost; i < files.size(); ++i)
        fs::remove(files[i].second, failed);
}

} // namespace

std::optional<std::string> cached(const Dataset& dataset, std::string_view name, std::string_view key)
{
    if (dataset.directory.empty())
        return {};
    const std::string digest = sha256(key);
    const fs::path file = fileOf(dataset, name, digest);
    std::error_code failed;
    if (!fs::exists(file, failed))
        return {};
    try {
        std::string bytes = readFile(file);
        ByteReader reader(bytes, "the cache is cut off");
        const bool isOurs = reader.text() == digest;
        const auto sum = reader.value<std::uint32_t>();
        if (!isOurs || sum != checksum(reader.rest()))
            return {};
        return bytes.substr(bytes.size() - reader.rest().size());
    } catch (const Error&) {
        return {};
    }
}

void keepCached(const Dataset& dataset, std::string_view name, std::string_view key, std::string_view content)
{
    if (dataset.directory.empty())
        return;
    const std::string digest = sha256(key);
    const fs::path file = fileOf(dataset, name, digest);
    ByteWriter writer;
    writer.text(digest);
    writer.value(checksum(content));
    writer.raw(content);
    try {
        std::error_code failed;
        fs::create_directory(file.parent_path(), failed);
        writeFileAtomically(file, writer.bytes());
        forgetOldest(file.parent_path(), std::string(name) + '-');
    } catch (const Error&) {
        return; // it is computed again next time
    }
}

} // namespace fedcctr::data
