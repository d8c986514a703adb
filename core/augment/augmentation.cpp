// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/augment/augmentation.h"

#include "core/augment/answer.h"
#include "core/augment/answer_json.h"
#include "core/augment/shelf.h"
#include "core/base/error.h"
#include "core/base/files.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace fedcctr::augment {

namespace fs = std::filesystem;
using nlohmann::json;
using nlohmann::ordered_json;

namespace {

constexpr const char* kFormat = "fedcctr-augmentation";
constexpr int kVersion = 1;
constexpr const char* kNamed = "augmentations";
constexpr std::size_t kLongestName = 100;
constexpr const char* kRemedy = "; run 'fedcctr augment' on the dataset again, or remove the file";

/// Of the ids of all users and items, in their order.
std::uint32_t checksumOfIds(const data::Dataset& data)
{
    std::string ids;
    for (const std::string& user : data.users)
        ids += user + '\n';
    for (const data::Item& item : data.items)
        ids += item.id + '\n';
    return checksum(ids);
}

/// What ties the file to its dataset.
ordered_json identityOf(const data::Dataset& data)
{
    return {{"name", data.provenance.name}, {"users", data.users.size()},
        {"items", {data.itemCount(data::Domain::A), data.itemCount(data::Domain::B)}},
        {"interactions", data.allEvents.size()}, {"ids", checksumOfIds(data)}};
}

/// A list of rows, one to a line; "null" for those that are empty.
template <typename Row> void addRows(std::string& text, const char* name, const std::vector<Row>& rows)
{
    text += std::string(",\n\"") + name + "\": [";
    for (std::size_t i = 0; i < rows.size(); ++i)
        text += (i == 0 ? "\n" : ",\n") + (rows[i].empty() ? std::string("null") : toJson(rows[i]));
    text += "\n]";
}

template <typename Row, typename Read>
std::vector<Row> readRows(const json& root, const char* name, std::size_t count, const Read& read)
{
    const json& list = root.at(name);
    if (!list.is_array() || list.size() != count)
        throw Error(
            std::string("'") + name + "' has not the dataset's " + std::to_string(count) + " entries");
    std::vector<Row> rows(count);
    for (std::size_t i = 0; i < count; ++i) {
        if (list[i].is_null())
            continue;
        try {
            rows[i] = read(list[i]);
        } catch (const Error& error) {
            throw Error(std::string("'") + name + "', entry " + std::to_string(i + 1) + ": " + error.what());
        }
    }
    return rows;
}

/// Every item is one of the domain whose list it stands in.
void checkItems(const std::vector<SequenceExtension>& sequences, const data::Dataset& data)
{
    for (std::size_t user = 0; user < sequences.size(); ++user)
        for (const auto* lists : {&sequences[user].liked, &sequences[user].disliked})
            for (const data::Domain domain : data::kDomains)
                for (const data::ItemId item : (*lists)[index(domain)])
                    if (item < 0 || item >= data.itemCount() || data.domainOf(item) != domain)
                        throw Error("'sequences', entry " + std::to_string(user + 1) + ": "
                            + std::to_string(item) + " is not an item of " + data.domainNames[index(domain)]);
}

void checkDescription(const json& root, const data::Dataset& data)
{
    if (!root.is_object() || root.value("format", json()) != kFormat)
        throw Error("is not an augmentation");
    if (const json version = root.value("version", json()); version != kVersion)
        throw Error("has format version " + version.dump() + ", this program reads version "
            + std::to_string(kVersion));
    if (root.at("dataset") != json(identityOf(data)))
        throw Error("belongs to another dataset, or to this one as it was before it was imported again");
}

Augmentation readAugmentation(const json& root, const data::Dataset& data)
{
    checkDescription(root, data);
    Augmentation result;
    root.at("backend").get_to(result.backend);
    result.items = readRows<ItemFeatures>(root, "items", data.items.size(), itemFeaturesIn);
    result.users = readRows<UserProfile>(root, "users", data.users.size(), userProfileIn);
    result.sequences = readRows<SequenceExtension>(root, "sequences", data.users.size(), sequenceExtensionIn);
    checkItems(result.sequences, data);
    return result;
}

/// "nothing, 5 or 10": what augment.name may be.
std::string known(const fs::path& dataset)
{
    std::string words = "nothing";
    const std::vector<std::string> names = augmentationNames(dataset);
    for (std::size_t i = 0; i < names.size(); ++i)
        words += (i + 1 == names.size() ? " or " : ", ") + names[i];
    return words;
}

} // namespace

fs::path augmentationFile(const fs::path& dataset, const std::string& name)
{
    if (name.empty())
        return dataset / "augmentation.json";
    const auto isPlain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
            || std::string_view("._+-").find(c) != std::string_view::npos;
    };
    if (name.starts_with('.') || name.size() > kLongestName || !std::ranges::all_of(name, isPlain))
        throw Error("augmentation '" + name
            + "': a name has up to 100 letters, digits, '.', '_', '+' and '-', and does not begin with '.'");
    return dataset / kNamed / (name + ".json");
}

std::vector<std::string> augmentationNames(const fs::path& dataset)
{
    std::vector<std::string> names;
    std::error_code failed;
    for (fs::directory_iterator entries(dataset / kNamed, failed), end; !failed && entries != end;
         entries.increment(failed))
        if (entries->path().extension() == ".json")
            names.push_back(entries->path().stem().string());
    std::ranges::sort(names);
    return names;
}

std::optional<Augmentation> loadAugmentation(
    const fs::path& dataset, const data::Dataset& data, const std::string& name)
{
    const fs::path file = augmentationFile(dataset, name);
    std::error_code failed;
    if (!fs::exists(file, failed)) {
        if (name.empty())
            return std::nullopt;
        throw Error(file.string() + ": is missing; make it with 'fedcctr augment " + dataset.string()
            + " --name " + name + "', or set augment.name to " + known(dataset));
    }
    const std::string text = readFile(file);
    try {
        return readAugmentation(json::parse(text), data);
    } catch (const json::exception&) {
        throw Error(file.string() + ": is damaged or cut off" + kRemedy);
    } catch (const Error& error) {
        throw Error(file.string() + ": " + error.what() + kRemedy);
    }
}

void saveAugmentation(const Augmentation& augmentation, const data::Dataset& data, const fs::path& dataset,
    const std::string& name)
{
    const fs::path file = augmentationFile(dataset, name);
    const std::size_t users = data.users.size();
    if (augmentation.items.size() != data.items.size() || augmentation.users.size() != users
        || augmentation.sequences.size() != users)
        throw Error(
            file.string() + ": not written, since the augmentation is not of this dataset; augment it again");
    try {
        checkItems(augmentation.sequences, data);
    } catch (const Error& error) {
        throw Error(file.string() + ": not written: " + error.what() + "; augment the dataset again");
    }
    const ordered_json head{{"format", kFormat}, {"version", kVersion}, {"backend", augmentation.backend},
        {"dataset", identityOf(data)}};
    std::string text = head.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
    text.pop_back();
    addRows(text, "items", augmentation.items);
    addRows(text, "users", augmentation.users);
    addRows(text, "sequences", augmentation.sequences);
    text += "\n}\n";
    if (!name.empty() && fs::is_directory(dataset))
        makeWritableDirectory(file.parent_path());
    keepFormer(dataset, name, text);
    writeFileAtomically(file, text);
}

} // namespace fedcctr::augment
