// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/shelf.h"

#include "core/augment/augmentation.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/sha256.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace fedcctr::augment {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr std::size_t kDigits = 16; ///< of a checksum
constexpr std::size_t kDigitsInName = 8;

std::string checksumOf(const std::string& content)
{
    return sha256(content).substr(0, kDigits);
}

std::string shown(const std::string& name)
{
    return name.empty() ? kOwnName : name;
}

fs::path binOf(const fs::path& dataset)
{
    return augmentationFile(dataset, "x").parent_path() / ".removed";
}

/// A file in the bin: the dataset's own one cannot be taken for one of that name.
fs::path fileInBin(const fs::path& dataset, const std::string& name)
{
    return binOf(dataset) / (name.empty() ? "augmentation.json" : "named-" + name + ".json");
}

bool isThere(const fs::path& file)
{
    std::error_code failed;
    return fs::exists(file, failed);
}

/// The first line holds all but the rows.
std::string backendIn(const fs::path& file)
{
    try {
        LineReader reader(file);
        std::string head;
        reader.next(head);
        if (head.ends_with(','))
            head.back() = '}';
        return json::parse(head).value("backend", std::string());
    } catch (const std::exception&) {
        return {};
    }
}

ShelvedAugmentation describe(const fs::path& dataset, const std::string& name)
{
    const fs::path file = augmentationFile(dataset, name);
    std::error_code failed;
    ShelvedAugmentation found{name, backendIn(file), fs::file_size(file, failed), {}};
    found.written = fs::last_write_time(file, failed);
    return found;
}

void move(const fs::path& from, const fs::path& to)
{
    std::error_code failed;
    fs::rename(from, to, failed);
    if (failed)
        throw Error(from.string() + ": cannot be moved to " + to.string() + " (" + failed.message()
            + "); check the permissions");
}

/// The new file takes the place by renaming, so a second name of the present one is enough.
void giveSecondName(const fs::path& file, const fs::path& second)
{
    std::error_code failed;
    fs::create_hard_link(file, second, failed);
    if (failed)
        writeFileAtomically(second, readFile(file));
}

} // namespace

std::vector<ShelvedAugmentation> listAugmentations(const fs::path& dataset)
{
    std::vector<ShelvedAugmentation> found;
    if (isThere(augmentationFile(dataset)))
        found.push_back(describe(dataset, {}));
    for (const std::string& name : augmentationNames(dataset))
        found.push_back(describe(dataset, name));
    return found;
}

std::optional<std::string> augmentationChecksum(const fs::path& dataset, const std::string& name)
{
    const fs::path file = augmentationFile(dataset, name);
    if (!isThere(file))
        return std::nullopt;
    return checksumOf(readFile(file));
}

std::optional<std::string> findAugmentation(
    const fs::path& dataset, const std::string& checksum, const std::string& first)
{
    std::vector<std::string> names{first, {}};
    std::ranges::copy(augmentationNames(dataset), std::back_inserter(names));
    for (std::size_t i = 0; i < names.size(); ++i)
        if (std::ranges::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i])
                == names.begin() + static_cast<std::ptrdiff_t>(i)
            && augmentationChecksum(dataset, names[i]) == checksum)
            return names[i];
    return std::nullopt;
}

void keepFormer(const fs::path& dataset, const std::string& name, const std::string& newContent)
{
    const std::optional<std::string> former = augmentationChecksum(dataset, name);
    if (!former || *former == checksumOf(newContent))
        return;
    for (const std::string& other : augmentationNames(dataset))
        if (other != name && augmentationChecksum(dataset, other) == former)
            return;
    const fs::path kept = augmentationFile(dataset, shown(name) + '-' + former->substr(0, kDigitsInName));
    makeWritableDirectory(kept.parent_path());
    giveSecondName(augmentationFile(dataset, name), kept);
}

void removeAugmentation(const fs::path& dataset, const std::string& name)
{
    const fs::path file = augmentationFile(dataset, name);
    if (!isThere(file))
        throw Error(file.string() + ": is missing; 'fedcctr augment " + dataset.string()
            + " --list' tells which augmentations there are");
    std::error_code ignored;
    fs::remove_all(binOf(dataset), ignored);
    makeWritableDirectory(binOf(dataset));
    move(file, fileInBin(dataset, name));
}

std::optional<std::string> removedAugmentation(const fs::path& dataset)
{
    std::error_code failed;
    for (fs::directory_iterator entries(binOf(dataset), failed), end; !failed && entries != end;
         entries.increment(failed)) {
        const std::string stem = entries->path().stem().string();
        if (stem == "augmentation")
            return std::string();
        if (stem.starts_with("named-"))
            return stem.substr(std::string_view("named-").size());
    }
    return std::nullopt;
}

std::string restoreAugmentation(const fs::path& dataset)
{
    const std::optional<std::string> name = removedAugmentation(dataset);
    if (!name)
        throw Error(dataset.string() + ": no augmentation was removed from it; there is nothing to put back");
    const fs::path file = augmentationFile(dataset, *name);
    if (isThere(file))
        throw Error(file.string()
            + ": is there again, so the removed one cannot be put back; remove or "
              "rename it first");
    move(fileInBin(dataset, *name), file);
    return *name;
}

} // namespace fedcctr::augment
