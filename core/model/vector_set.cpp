// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/vector_set.h"

#include "core/base/binary.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/data/text.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

namespace fedcctr::model {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

namespace {

constexpr std::string_view kMagic = "FCCTR-VE";
constexpr std::uint32_t kVersion = 1;
constexpr int kMostWidth = 65536;
constexpr std::size_t kLongestName = 100;
constexpr const char* kFolder = "vectors";

/// Start of NAME.bin; the values follow.
struct Header {
    char magic[8];
    std::uint32_t version;
    std::uint32_t crc; ///< of all that follows this field
    std::uint64_t items;
    std::uint32_t width;
    std::uint32_t itemsCrc; ///< itemsChecksum() of the dataset that it was made for
};
static_assert(sizeof(Header) == 32);
constexpr std::size_t kChecked = 16; ///< where the checked bytes begin

/// "; make it again with 'fedcctr vectors DIR --name NAME --replace'"
std::string remedy(const fs::path& directory, const std::string& name)
{
    return "; make it again with 'fedcctr vectors " + directory.string() + " --name " + name
        + " --replace', or choose another with model.vectors";
}

/// Of what a set depends on: which items there are, and what of each is embedded.
std::uint32_t itemsChecksum(const data::Dataset& dataset)
{
    ByteWriter writer;
    for (const data::Item& item : dataset.items) {
        writer.text(item.id);
        writer.text(embeddedText(item));
    }
    return checksum(writer.bytes());
}

bool isPlain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
        || std::string_view("._+-").find(c) != std::string_view::npos;
}

/// "'a', 'b'", or what to do to have one.
std::string known(const fs::path& directory)
{
    const std::vector<std::string> names = vectorsNames(directory);
    if (names.empty())
        return "this dataset has no set of vectors; make one with 'fedcctr vectors " + directory.string()
            + " --url U --model M', or set model.vectors to " + kTfIdf;
    std::string list;
    for (const std::string& name : names)
        list += (list.empty() ? "" : ", ") + name;
    return "this dataset has " + list + " (and " + kTfIdf + ", which needs no file)";
}

/// The file of a set that is there.
fs::path existing(const fs::path& directory, const std::string& name)
{
    fs::path file = vectorsPath(directory, name);
    std::error_code failed;
    if (!fs::exists(file, failed))
        throw Error("model.vectors: " + file.string() + " is missing; " + known(directory));
    return file;
}

/// What is wrong with a head; empty if nothing is.
std::string problemOf(const Header& header, std::uintmax_t bytes)
{
    if (std::string_view(header.magic, sizeof(header.magic)) != kMagic)
        return "is no set of item vectors";
    if (header.version != kVersion)
        return "has format version " + std::to_string(header.version) + ", this program reads version "
            + std::to_string(kVersion);
    if (header.width < 1 || header.width > kMostWidth
        || header.items != (bytes - sizeof(Header)) / sizeof(float) / header.width
        || (bytes - sizeof(Header)) != header.items * header.width * sizeof(float))
        return "is cut off or damaged";
    return {};
}

std::string misfit(const Header& header, const data::Dataset& dataset)
{
    if (header.items != dataset.items.size())
        return "has vectors of " + std::to_string(header.items) + " items, this dataset has "
            + std::to_string(dataset.items.size());
    if (header.itemsCrc != itemsChecksum(dataset))
        return "was made for other items, or for other texts of them, than this dataset has";
    return {};
}

/// Throws Error naming the file if it cannot be read or is too short to have a head.
Header headOf(const fs::path& file, const std::string& cutOff)
{
    std::ifstream stream(file, std::ios::binary);
    std::string bytes(sizeof(Header), '\0');
    stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(stream.gcount()));
    return ByteReader(bytes, cutOff).value<Header>();
}

fs::path descriptionOf(fs::path file)
{
    return file.replace_extension(".json");
}

/// What NAME.json tells; nothing if it is not of the file with this checksum.
VectorSource sourceOf(const fs::path& file, std::uint32_t crc)
{
    std::error_code failed;
    if (!fs::exists(descriptionOf(file), failed))
        return {};
    try {
        const ordered_json json = ordered_json::parse(readFile(descriptionOf(file)));
        if (json.at("checksum").get<std::uint32_t>() != crc)
            return {};
        return {json.at("model").get<std::string>(), json.at("address").get<std::string>(),
            json.at("made").get<std::string>(), json.at("text").get<std::string>(),
            json.at("without_text").get<std::size_t>()};
    } catch (const std::exception&) {
        return {}; // the vectors are good without it
    }
}

std::string described(const VectorSet& set, const std::string& name, std::size_t items, std::uint32_t crc)
{
    const VectorSource& source = set.source;
    const ordered_json json{{"format", "fedcctr-vectors"}, {"version", kVersion}, {"name", name},
        {"model", source.model}, {"address", source.address}, {"made", source.made}, {"text", source.text},
        {"items", items}, {"width", set.width}, {"without_text", source.withoutText}, {"checksum", crc}};
    return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

} // namespace

std::string embeddedText(const data::Item& item)
{
    std::string text;
    for (const std::string* part : {&item.title, &item.categories, &item.creator}) {
        const std::string words = data::collapsedSpace(*part);
        if (!words.empty())
            text += (text.empty() ? "" : ". ") + words;
    }
    text = data::repairedUtf8(text);
    if (text.size() > kLongestText) {
        std::size_t end = kLongestText;
        while ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
            --end;
        text.resize(end);
    }
    return text;
}

std::string vectorsNameProblem(std::string_view name)
{
    if (name == kTfIdf)
        return std::string("'") + kTfIdf
            + "' is what the vectors without an encoder are called; choose another name";
    if (name.empty() || name.starts_with('.') || name.size() > kLongestName
        || !std::ranges::all_of(name, isPlain))
        return data::shown(name)
            + ": a name has up to 100 letters, digits, '.', '_', '+' and '-', and does not begin with '.'";
    return {};
}

std::string vectorsNameOf(std::string_view model)
{
    while (model.ends_with('/'))
        model.remove_suffix(1);
    if (const std::size_t slash = model.find_last_of("/\\"); slash != std::string_view::npos)
        model.remove_prefix(slash + 1);
    if (model.ends_with(".gguf"))
        model.remove_suffix(5);
    std::string name(model.substr(0, kLongestName));
    std::ranges::replace_if(
        name, [](char c) { return !isPlain(c); }, '-');
    name.erase(0, std::min(name.find_first_not_of('.'), name.size()));
    return vectorsNameProblem(name).empty() ? name : "vectors";
}

fs::path vectorsPath(const fs::path& dataset, const std::string& name)
{
    if (const std::string problem = vectorsNameProblem(name); !problem.empty())
        throw Error("item vectors: " + problem);
    return dataset / kFolder / (name + ".bin");
}

void saveVectors(
    const VectorSet& set, const data::Dataset& dataset, const fs::path& directory, const std::string& name)
{
    const fs::path file = vectorsPath(directory, name);
    if (set.width < 1 || set.width > kMostWidth
        || set.values.size() != dataset.items.size() * static_cast<std::size_t>(set.width)
        || !std::ranges::all_of(set.values, [](float x) { return std::isfinite(x); }))
        throw Error(file.string() + ": not written, since these are not vectors of this dataset's items");
    ByteWriter content;
    content.value(static_cast<std::uint64_t>(dataset.items.size()));
    content.value(static_cast<std::uint32_t>(set.width));
    content.value(itemsChecksum(dataset));
    content.values(std::span<const float>(set.values));
    const std::uint32_t crc = checksum(content.bytes());
    ByteWriter writer;
    writer.raw(kMagic);
    writer.value(kVersion);
    writer.value(crc);
    writer.raw(content.bytes());
    makeWritableDirectory(file.parent_path());
    writeFileAtomically(file, writer.bytes());
    writeFileAtomically(descriptionOf(file), described(set, name, dataset.items.size(), crc));
}

VectorSet loadVectors(const data::Dataset& dataset, const fs::path& directory, const std::string& name)
{
    const fs::path file = existing(directory, name);
    const std::string end = remedy(directory, name);
    const auto fail = [&](const std::string& what) { throw Error(file.string() + ": " + what + end); };
    const std::string bytes = readFile(file);
    ByteReader reader(bytes, file.string() + ": is cut off" + end);
    const auto header = reader.value<Header>();
    if (const std::string problem = problemOf(header, bytes.size()); !problem.empty())
        fail(problem);
    if (checksum(std::string_view(bytes).substr(kChecked)) != header.crc)
        fail("is damaged (its checksum is wrong)");
    if (const std::string problem = misfit(header, dataset); !problem.empty())
        fail(problem);
    VectorSet set{.width = static_cast<int>(header.width),
        .values = reader.values<float>(header.items * header.width),
        .source = sourceOf(file, header.crc)};
    if (!std::ranges::all_of(set.values, [](float x) { return std::isfinite(x); }))
        fail("holds values that are no numbers");
    return set;
}

int vectorsWidth(const fs::path& directory, const std::string& name)
{
    const fs::path file = existing(directory, name);
    const std::string end = remedy(directory, name);
    const Header header = headOf(file, file.string() + ": is cut off" + end);
    if (const std::string problem = problemOf(header, fs::file_size(file)); !problem.empty())
        throw Error(file.string() + ": " + problem + end);
    return static_cast<int>(header.width);
}

std::vector<std::string> vectorsNames(const fs::path& directory)
{
    std::vector<std::string> names;
    std::error_code failed;
    for (fs::directory_iterator entries(directory / kFolder, failed), end; !failed && entries != end;
         entries.increment(failed))
        if (entries->path().extension() == ".bin"
            && vectorsNameProblem(entries->path().stem().string()).empty())
            names.push_back(entries->path().stem().string());
    std::ranges::sort(names);
    return names;
}

std::vector<ShelvedVectors> listVectors(const data::Dataset& dataset, const fs::path& directory)
{
    std::vector<ShelvedVectors> all;
    for (const std::string& name : vectorsNames(directory)) {
        ShelvedVectors shelved;
        shelved.name = name;
        try {
            const fs::path file = vectorsPath(directory, name);
            const Header header = headOf(file, "is cut off");
            shelved.problem = problemOf(header, fs::file_size(file));
            if (shelved.problem.empty()) {
                shelved.width = static_cast<int>(header.width);
                shelved.items = header.items;
                shelved.source = sourceOf(file, header.crc);
                shelved.problem = misfit(header, dataset);
            }
        } catch (const std::exception& error) {
            shelved.problem = error.what();
        }
        all.push_back(std::move(shelved));
    }
    return all;
}

} // namespace fedcctr::model
