// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/dataset.h"

#include "core/base/binary.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/mapped_file.h"
#include "core/data/text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <bit>
#include <limits>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <unistd.h>

namespace fedcctr::data {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

static_assert(std::endian::native == std::endian::little, "the binary parts are little-endian");

constexpr std::string_view kFormatName = "fedcctr-dataset";
constexpr std::uint32_t kVersion = 1;
constexpr const char* kDescription = "dataset.json";
constexpr std::size_t kMostItems = static_cast<std::size_t>(std::numeric_limits<ItemId>::max());
constexpr std::size_t kMostInteractions = std::numeric_limits<std::uint32_t>::max();

struct PartKind {
    const char* file;
    std::string_view magic; ///< eight characters
};
constexpr PartKind kEventsPart{"events.bin", "FCCTR-EV"};
constexpr PartKind kItemsPart{"items.bin", "FCCTR-IT"};
constexpr PartKind kNegativesPart{"negatives.bin", "FCCTR-NG"};
constexpr PartKind kRatingsPart{"ratings.bin", "FCCTR-RA"}; ///< only where events have some

/// Start of each binary part; the payload follows.
struct PartHeader {
    char magic[8];
    std::uint32_t version;
    std::uint32_t crc; ///< of the payload
    std::uint64_t length; ///< of the payload in bytes
};
static_assert(sizeof(PartHeader) == 24);

constexpr const char* kRemedy = "; import or generate the dataset again";

[[noreturn]] void damaged(const fs::path& file, const std::string& what)
{
    throw Error(file.string() + ": " + what + kRemedy);
}

/// Reads a payload; what is wrong with it names the file.
class Reader : public ByteReader {
public:
    Reader(const fs::path& file, std::string_view bytes)
        : ByteReader(bytes, file.string() + ": is shorter than its counts say" + kRemedy)
        , m_file(file)
    {
    }

    [[noreturn]] void fail(const std::string& what) const { damaged(m_file, what); }

    void expectEnd() const
    {
        if (!rest().empty())
            fail("is longer than its counts say");
    }

private:
    fs::path m_file;
};

std::string withHeader(const PartKind& kind, const std::string& payload)
{
    PartHeader header{};
    std::ranges::copy(kind.magic, header.magic);
    header.version = kVersion;
    header.crc = checksum(payload);
    header.length = payload.size();
    ByteWriter writer;
    writer.value(header);
    writer.raw(payload);
    return writer.bytes();
}

std::string wrongVersion(const std::string& found)
{
    return "has format version " + found + ", this program reads version " + std::to_string(kVersion);
}

/// What follows the header of a part, which is checked.
std::string_view payloadOf(
    const fs::path& file, std::string_view bytes, const PartKind& kind, const json& description)
{
    const auto header = ByteReader(bytes, file.string() + ": is cut off" + kRemedy).value<PartHeader>();
    if (std::string_view(header.magic, sizeof(header.magic)) != kind.magic)
        damaged(file, "is not a part of a dataset");
    if (header.version != kVersion)
        damaged(file, wrongVersion(std::to_string(header.version)));
    const std::string_view payload = bytes.substr(sizeof(PartHeader));
    if (header.length != payload.size())
        damaged(file, payload.size() < header.length ? "is cut off" : "is longer than it was written");
    if (checksum(payload) != header.crc)
        damaged(file, "is damaged (its checksum is wrong)");
    if (description.at("parts").at(kind.file).get<std::uint32_t>() != header.crc)
        damaged(file, "belongs to another dataset than dataset.json");
    return payload;
}

std::string eventsPayload(const Dataset& dataset)
{
    ByteWriter writer;
    for (const std::size_t offset : dataset.eventOffsets)
        writer.value(static_cast<std::uint64_t>(offset));
    for (const Event& event : dataset.allEvents)
        writer.value(event.time);
    for (const Event& event : dataset.allEvents)
        writer.value(event.item);
    for (const Event& event : dataset.allEvents)
        writer.value(static_cast<std::uint8_t>(event.role));
    return writer.bytes();
}

void readEvents(Reader& reader, std::size_t interactions, Dataset& dataset)
{
    const std::vector<std::uint64_t> offsets = reader.values<std::uint64_t>(dataset.users.size() + 1);
    if (offsets.front() != 0 || offsets.back() != interactions || !std::ranges::is_sorted(offsets))
        reader.fail("has impossible sequence lengths");
    dataset.eventOffsets.assign(offsets.begin(), offsets.end());
    const auto times = reader.values<std::int64_t>(interactions);
    const auto items = reader.values<ItemId>(interactions);
    const auto roles = reader.values<std::uint8_t>(interactions);
    reader.expectEnd();
    dataset.allEvents.resize(interactions);
    for (std::size_t i = 0; i < interactions; ++i) {
        if (items[i] < 0 || items[i] >= dataset.itemCount()
            || roles[i] > static_cast<std::uint8_t>(Role::Test))
            reader.fail("has an event of an unknown item or role");
        dataset.allEvents[i] = {.time = times[i], .item = items[i], .role = static_cast<Role>(roles[i])};
    }
}

std::string ratingsPayload(const Dataset& dataset)
{
    ByteWriter writer;
    for (const Event& event : dataset.allEvents)
        writer.value(event.rating);
    return writer.bytes();
}

void readRatings(Reader& reader, Dataset& dataset)
{
    const auto ratings = reader.values<std::int16_t>(dataset.allEvents.size());
    reader.expectEnd();
    for (std::size_t i = 0; i < ratings.size(); ++i) {
        if (ratings[i] < kNoRating || ratings[i] > kMostRating)
            reader.fail("has an impossible rating");
        dataset.allEvents[i].rating = ratings[i];
    }
}

std::string itemsPayload(const Dataset& dataset)
{
    ByteWriter writer;
    for (const std::string& user : dataset.users)
        writer.text(user);
    for (const Item& item : dataset.items) {
        writer.text(item.id);
        writer.text(item.title);
        writer.text(item.categories);
        writer.text(item.creator);
    }
    return writer.bytes();
}

void readItems(Reader& reader, std::size_t users, std::size_t items, Dataset& dataset)
{
    constexpr std::size_t kLengthBytes = sizeof(std::uint32_t);
    reader.expectAtLeast(users, kLengthBytes);
    dataset.users.resize(users);
    for (std::string& user : dataset.users)
        user = std::string(reader.text());
    reader.expectAtLeast(items, 4 * kLengthBytes);
    dataset.items.resize(items);
    for (Item& item : dataset.items) {
        item.id = std::string(reader.text());
        item.title = std::string(reader.text());
        item.categories = std::string(reader.text());
        item.creator = std::string(reader.text());
    }
    reader.expectEnd();
}

std::string negativesPayload(const Dataset& dataset)
{
    ByteWriter writer;
    for (const auto& perDomain : dataset.negatives) {
        for (const ItemRows& rows : perDomain)
            writer.values(rows.items());
    }
    return writer.bytes();
}

/// They stay in the file.
void readNegatives(Reader& reader, const std::shared_ptr<const MappedFile>& file, Dataset& dataset)
{
    const auto perUser = static_cast<std::size_t>(dataset.provenance.evaluationNegatives);
    // Both factors are small enough: the users' names were read, the negatives checked against the item
    // count.
    const std::size_t count = dataset.users.size() * perUser;
    for (const Split split : kSplits) {
        for (const Domain domain : kDomains) {
            reader.expectAtLeast(count, sizeof(ItemId));
            const std::string_view bytes = reader.raw(count * sizeof(ItemId));
            // The header is a multiple of an item's size.
            const std::span rows(reinterpret_cast<const ItemId*>(bytes.data()), count);
            dataset.negatives[index(split)][index(domain)] = ItemRows(file, rows);
            const ItemId first = dataset.firstItem(domain);
            const ItemId end = first + dataset.itemCount(domain);
            for (std::size_t i = 0; i < count; ++i) {
                const bool isAbsent = rows[i] == -1 && rows[i - i % perUser] == -1;
                if (!isAbsent && (rows[i] < first || rows[i] >= end))
                    reader.fail("has a candidate of another domain");
            }
        }
    }
    reader.expectEnd();
}

json describe(const Dataset& dataset, const json& parts)
{
    const Provenance& p = dataset.provenance;
    json root{{"format", kFormatName}, {"version", kVersion}, {"name", p.name},
        {"domains", dataset.domainNames}, {"users", dataset.users.size()},
        {"items", {dataset.itemCount(Domain::A), dataset.itemCount(Domain::B)}},
        {"interactions", dataset.allEvents.size()},
        {"source",
            {{"format", p.format}, {"files", p.files}, {"min_user_interactions", p.minUserInteractions},
                {"min_item_interactions", p.minItemInteractions}, {"has_times", p.hasTimes},
                {"notes", p.notes}}},
        {"protocol", protocolName(p.protocol)}, {"evaluation_negatives", p.evaluationNegatives},
        {"seed", p.seed}, {"parts", parts}};
    for (const Market& market : dataset.markets)
        root["markets"].push_back({{"name", market.name}, {"users", market.users}, {"items", market.items}});
    return root;
}

/// The content of dataset.json.
struct Description {
    fs::path file;
    json root;

    /// A count in it; negative numbers, fractions and texts are as wrong as absurd ones.
    std::size_t count(const json& value, std::size_t most = kMostItems) const
    {
        if (!value.is_number_unsigned() || value.get<std::uint64_t>() > most)
            damaged(file, "has the impossible count " + shown(value.dump()));
        return value.get<std::size_t>();
    }
};

void readProvenance(const Description& description, Provenance& provenance)
{
    const json& root = description.root;
    const json& source = root.at("source");
    root.at("name").get_to(provenance.name);
    source.at("format").get_to(provenance.format);
    source.at("files").get_to(provenance.files);
    provenance.minUserInteractions = static_cast<int>(description.count(source.at("min_user_interactions")));
    provenance.minItemInteractions = static_cast<int>(description.count(source.at("min_item_interactions")));
    source.at("has_times").get_to(provenance.hasTimes);
    source.at("notes").get_to(provenance.notes);
    // Datasets of versions that knew but one do not name it.
    const auto protocol = root.value("protocol", std::string(protocolName(Protocol::LeaveOneOut)));
    const auto known = std::ranges::find(kProtocols, protocol, protocolName);
    if (known == kProtocols.end())
        damaged(description.file, "is split by the unknown protocol " + shown(protocol));
    provenance.protocol = *known;
    provenance.evaluationNegatives = static_cast<int>(description.count(root.at("evaluation_negatives")));
    root.at("seed").get_to(provenance.seed);
}

Description readDescription(const fs::path& directory)
{
    const std::string remedy = "make one with 'fedcctr data import' or 'fedcctr data demo'";
    Description description{directory / kDescription, {}};
    const fs::path& file = description.file;
    std::error_code ignored;
    if (!fs::exists(directory, ignored))
        throw Error(directory.string() + ": there is no such dataset; " + remedy);
    if (!fs::exists(file, ignored))
        throw Error(directory.string() + ": is not a dataset (it has no " + kDescription + "); " + remedy);
    description.root = json::parse(readFile(file), nullptr, false);
    if (!description.root.is_object() || description.root.value("format", json()) != kFormatName)
        damaged(file, "is not the description of a dataset");
    if (const json version = description.root.value("version", json()); version != kVersion)
        damaged(file, wrongVersion(version.dump()));
    return description;
}

/// Their users and items stand one market after the other; together they are all.
void readMarkets(const Description& description, Dataset& dataset)
{
    if (!description.root.contains("markets"))
        return;
    Market next;
    for (const json& node : description.root.at("markets")) {
        node.at("name").get_to(next.name);
        next.users = description.count(node.at("users"));
        next.items = static_cast<ItemId>(description.count(node.at("items")));
        dataset.markets.push_back(next);
        next.firstUser += next.users;
        next.firstItem += next.items;
    }
    if (next.firstUser != dataset.userCount() || next.firstItem != dataset.itemCount()
        || !dataset.hasOneDomain())
        damaged(description.file, "has markets that do not add up to its users and items");
}

void readParts(const fs::path& directory, const Description& description, Dataset& dataset)
{
    const json& root = description.root;
    const auto read = [&](const PartKind& kind, const auto& parse) {
        const fs::path path = directory / kind.file;
        const auto file = std::make_shared<const MappedFile>(path);
        Reader reader(path, payloadOf(path, file->bytes(), kind, root));
        parse(reader, file);
        file->forget();
    };
    const std::size_t users = description.count(root.at("users"));
    const std::size_t interactions = description.count(root.at("interactions"), kMostInteractions);
    const std::size_t itemsInA = description.count(root.at("items").at(0));
    const std::size_t items = itemsInA + description.count(root.at("items").at(1));
    if (items > kMostItems || items < static_cast<std::size_t>(dataset.provenance.evaluationNegatives))
        damaged(description.file, "has impossible numbers of items or evaluation negatives");
    dataset.itemsInA = static_cast<ItemId>(itemsInA);
    read(kItemsPart, [&](Reader& reader, const auto&) { readItems(reader, users, items, dataset); });
    read(kEventsPart, [&](Reader& reader, const auto&) { readEvents(reader, interactions, dataset); });
    read(kNegativesPart, [&](Reader& reader, const auto& file) { readNegatives(reader, file, dataset); });
    if (root.at("parts").contains(kRatingsPart.file))
        read(kRatingsPart, [&](Reader& reader, const auto&) { readRatings(reader, dataset); });
}

bool isRated(const Event& event)
{
    return event.rating != kNoRating;
}

/// The binary parts that a dataset has.
std::vector<PartKind> partsOf(const Dataset& dataset)
{
    std::vector<PartKind> parts{kEventsPart, kItemsPart, kNegativesPart};
    if (std::ranges::any_of(dataset.allEvents, isRated))
        parts.push_back(kRatingsPart);
    return parts;
}

void writeParts(const Dataset& dataset, const fs::path& directory)
{
    json checksums = json::object();
    const auto write = [&](const PartKind& kind, const std::string& payload) {
        writeFileAtomically(directory / kind.file, withHeader(kind, payload));
        checksums[kind.file] = checksum(payload);
    };
    write(kEventsPart, eventsPayload(dataset));
    write(kItemsPart, itemsPayload(dataset));
    write(kNegativesPart, negativesPayload(dataset));
    if (std::ranges::any_of(dataset.allEvents, isRated))
        write(kRatingsPart, ratingsPayload(dataset));
    writeFileAtomically(directory / kDescription, describe(dataset, checksums).dump(2) + "\n");
}

/// A directory that goes away with this object, with all that is in it, unless it was renamed.
class TemporaryDirectory {
public:
    explicit TemporaryDirectory(fs::path path)
        : m_path(std::move(path))
    {
        makeWritableDirectory(m_path);
    }
    ~TemporaryDirectory()
    {
        std::error_code ignored;
        fs::remove_all(m_path, ignored);
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    const fs::path& path() const { return m_path; }

private:
    fs::path m_path;
};

void moveTo(const fs::path& from, const fs::path& to)
{
    std::error_code failed;
    renameDurably(from, to, failed);
    if (failed)
        throw Error(to.string() + ": cannot be written (" + failed.message() + "); choose a writable place");
}

/// "dir/" and "dir" are the same place; a trailing slash would hide its name.
fs::path withoutTrailingSlash(const fs::path& path)
{
    const fs::path normal = fs::absolute(path).lexically_normal();
    return normal.has_filename() ? normal : normal.parent_path();
}

} // namespace

std::span<const ItemId> Dataset::candidates(Split split, Domain domain, std::size_t user) const
{
    const std::span<const ItemId> rows = negatives[index(split)][index(domain)].items();
    const auto perUser = static_cast<std::size_t>(provenance.evaluationNegatives);
    if (perUser == 0 || rows.size() < (user + 1) * perUser || rows[user * perUser] < 0)
        return {};
    return rows.subspan(user * perUser, perUser);
}

bool Dataset::hasRatings() const
{
    return std::ranges::all_of(allEvents, isRated);
}

std::ptrdiff_t Dataset::targetPosition(Split split, Domain domain, std::size_t user) const
{
    const std::span<const Event> sequence = events(user);
    for (std::size_t i = sequence.size(); i-- > 0;) {
        if (sequence[i].role == roleOf(split) && domainOf(sequence[i].item) == domain)
            return static_cast<std::ptrdiff_t>(i);
    }
    return -1;
}

Dataset load(const fs::path& directory)
{
    const Description description = readDescription(directory);
    try {
        Dataset dataset;
        dataset.directory = directory;
        readProvenance(description, dataset.provenance);
        description.root.at("domains").get_to(dataset.domainNames);
        readParts(directory, description, dataset);
        readMarkets(description, dataset);
        return dataset;
    } catch (const json::exception&) {
        damaged(description.file, "lacks a field or has one of the wrong type");
    }
}

void save(const Dataset& dataset, const fs::path& directory)
{
    const fs::path target = withoutTrailingSlash(directory);
    std::error_code ignored;
    const bool exists = fs::exists(target, ignored);
    const std::string name = "." + target.filename().string() + "." + std::to_string(::getpid()) + ".tmp";
    const TemporaryDirectory beside((exists ? target : target.parent_path()) / name);
    writeParts(dataset, beside.path());
    if (!exists) {
        moveTo(beside.path(), target);
        return;
    }
    for (const PartKind& part : partsOf(dataset))
        moveTo(beside.path() / part.file, target / part.file);
    moveTo(beside.path() / kDescription, target / kDescription);
}

void checkDestination(const fs::path& directory, bool replace)
{
    const fs::path target = withoutTrailingSlash(directory);
    requireUtf8(target.filename());
    std::error_code ignored;
    if (!fs::exists(target, ignored)) {
        fs::path ancestor = target.parent_path();
        while (!fs::exists(ancestor, ignored) && ancestor.has_relative_path())
            ancestor = ancestor.parent_path();
        if (!fs::is_directory(ancestor, ignored) || ::access(ancestor.c_str(), W_OK | X_OK) != 0)
            throw Error(target.string() + ": cannot be created, " + ancestor.string()
                + " is not a writable directory; choose another place");
        return;
    }
    if (!fs::is_directory(target, ignored))
        throw Error(target.string() + ": is a file; choose another name for the dataset's directory");
    if (::access(target.c_str(), W_OK | X_OK) != 0)
        throw Error(target.string() + ": is not writable; choose another place");
    if (fs::exists(target / kDescription, ignored)) {
        if (!replace)
            throw Error(
                target.string() + ": is already a dataset; choose another place or replace it with --force");
    } else if (!fs::is_empty(target, ignored)) {
        throw Error(target.string() + ": is a directory with other files in it; choose a new or empty one");
    }
}

} // namespace fedcctr::data
