// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_cache.h"

#include "core/base/binary.h"
#include "core/base/error.h"
#include "core/base/files.h"

#include <type_traits>
#include <unordered_map>

namespace fedcctr::runs {

namespace fs = std::filesystem;

namespace {

// "FCRC", the version below, the checksum of the rest, the table of all strings, the entries. Thousands of
// runs share most of their strings, so each is stored once.
constexpr std::uint32_t kMagic = 0x43524346;
constexpr std::uint32_t kVersion = 6;

template <typename T>
concept Plain = std::is_arithmetic_v<T> || std::is_enum_v<T>;

class Writer {
public:
    template <Plain T> void value(T& item) { m_body.value(item); }

    void value(std::string& text)
    {
        const auto [found, isNew] = m_numbers.try_emplace(text, static_cast<std::uint32_t>(m_numbers.size()));
        if (isNew)
            m_strings.text(text);
        m_body.value(found->second);
    }

    std::uint32_t count(std::size_t size)
    {
        const auto number = static_cast<std::uint32_t>(size);
        m_body.value(number);
        return number;
    }

    std::string document() const
    {
        ByteWriter payload;
        payload.value(static_cast<std::uint32_t>(m_numbers.size()));
        payload.raw(m_strings.bytes());
        payload.raw(m_body.bytes());
        ByteWriter all;
        all.value(kMagic);
        all.value(kVersion);
        all.value(checksum(payload.bytes()));
        all.raw(payload.bytes());
        return all.bytes();
    }

    static constexpr bool kReads = false;

private:
    ByteWriter m_strings;
    ByteWriter m_body;
    std::unordered_map<std::string, std::uint32_t> m_numbers;
};

class Reader {
public:
    /// Throws Error if the bytes are no cache of this version.
    explicit Reader(std::string_view bytes)
        : m_reader(bytes, "the cache is cut off")
    {
        const auto magic = m_reader.value<std::uint32_t>();
        const auto version = m_reader.value<std::uint32_t>();
        const auto sum = m_reader.value<std::uint32_t>();
        if (magic != kMagic || version != kVersion || sum != checksum(m_reader.rest()))
            throw Error("the cache is of another kind");
        const std::uint32_t strings = count();
        m_reader.expectAtLeast(strings, sizeof(std::uint32_t));
        m_strings.reserve(strings);
        for (std::uint32_t i = 0; i < strings; ++i)
            m_strings.push_back(m_reader.text());
    }

    template <Plain T> void value(T& item) { item = m_reader.value<T>(); }

    void value(std::string& text)
    {
        const std::uint32_t number = count();
        if (number >= m_strings.size())
            throw Error("the cache is damaged");
        text = m_strings[number];
    }

    std::uint32_t count(std::size_t /*written*/ = 0) { return m_reader.value<std::uint32_t>(); }

    static constexpr bool kReads = true;

private:
    ByteReader m_reader;
    std::vector<std::string_view> m_strings;
};

// One description of the format for both directions: io(archive, item) writes or reads.
template <typename Archive, typename... Items> void each(Archive& archive, Items&... items)
{
    (io(archive, items), ...);
}

template <typename Archive, typename T>
requires Plain<T> || std::is_same_v<T, std::string>
void io(Archive& archive, T& item)
{
    archive.value(item);
}

template <typename Archive> void io(Archive& archive, fs::path& path)
{
    std::string text = path.string();
    archive.value(text);
    if constexpr (Archive::kReads)
        path = text;
}

template <typename Archive, typename A, typename B> void io(Archive& archive, std::pair<A, B>& item)
{
    each(archive, item.first, item.second);
}

template <typename Archive, typename T, std::size_t n> void io(Archive& archive, std::array<T, n>& items)
{
    for (T& item : items)
        io(archive, item);
}

template <typename Archive, typename T> void io(Archive& archive, std::vector<T>& items)
{
    const std::uint32_t count = archive.count(items.size());
    if constexpr (Archive::kReads) {
        items.clear();
        items.reserve(std::min<std::uint32_t>(count, 4096));
        for (std::uint32_t i = 0; i < count; ++i)
            io(archive, items.emplace_back());
    } else {
        for (T& item : items)
            io(archive, item);
    }
}

template <typename Archive, typename T> void io(Archive& archive, std::map<std::string, T>& items)
{
    const std::uint32_t count = archive.count(items.size());
    if constexpr (Archive::kReads) {
        std::string key;
        for (std::uint32_t i = 0; i < count; ++i) {
            io(archive, key);
            io(archive, items.emplace_hint(items.end(), key, T{})->second);
        }
    } else {
        for (auto& [key, item] : items) {
            std::string copy = key;
            each(archive, copy, item);
        }
    }
}

template <typename Archive, typename T> void io(Archive& archive, std::optional<T>& item)
{
    bool isThere = item.has_value();
    io(archive, isThere);
    if constexpr (Archive::kReads)
        item = isThere ? std::optional<T>(std::in_place) : std::nullopt;
    if (item)
        io(archive, *item);
}

template <typename Archive, typename T> void io(Archive& archive, Word<T>& word)
{
    std::string text = word.text();
    archive.value(text);
    if constexpr (Archive::kReads)
        word = Word<T>(text);
}

template <typename Archive> void io(Archive& archive, MetricSet& set)
{
    each(archive, set.values, set.intervals);
}

template <typename Archive> void io(Archive& archive, SpendRecord& spend)
{
    each(archive, spend.epsilon, spend.delta, spend.accountant, spend.adversary, spend.relation, spend.order,
        spend.note, spend.standing);
}

template <typename Archive> void io(Archive& archive, ReferenceRecord& reference)
{
    each(archive, reference.ranker, reference.metrics);
}

template <typename Archive> void io(Archive& archive, PrivatePopularityRecord& popularity)
{
    each(archive, popularity.epsilon, popularity.delta, popularity.adversary, popularity.relation,
        popularity.metrics, popularity.accountant);
}

template <typename Archive> void io(Archive& archive, ForecastRecord& forecast)
{
    each(archive, forecast.hasStop, forecast.firstStop, forecast.lastStop, forecast.signalFirst,
        forecast.signalLast, forecast.signalWhole, forecast.rounds);
}

template <typename Archive> void io(Archive& archive, WeightChange& change)
{
    each(archive, change.round, change.key, change.value);
}

template <typename Archive> void io(Archive& archive, AugmentationRecord::Lengths& lengths)
{
    each(archive, lengths.before, lengths.after, lengths.disliked);
}

template <typename Archive> void io(Archive& archive, AugmentationRecord& used)
{
    each(archive, used.backend, used.items, used.profiles, used.extensions, used.lengths);
}

template <typename Archive> void io(Archive& archive, SummaryRecord& summary)
{
    each(archive, summary.dataset, summary.domains, summary.preset, summary.seed, summary.reason,
        summary.clients, summary.rounds, summary.bestRound, summary.seconds, summary.parameters,
        summary.uploaded, summary.mostUploads, summary.augmentation, summary.device, summary.test,
        summary.validation, summary.references, summary.privatePopularity, summary.privacy, summary.forecast,
        summary.signalToNoise, summary.hardware, summary.changes, summary.tellsChanges);
}

template <typename Archive> void io(Archive& archive, RunEntry& entry)
{
    each(archive, entry.name, entry.group, entry.state, entry.problem, entry.started, entry.datasetPath,
        entry.preset, entry.seed, entry.domains, entry.settings, entry.plannedRounds, entry.rounds,
        entry.summary, entry.hasCheckpoint, entry.tags, entry.note);
}

template <typename Archive> void io(Archive& archive, FileStamp& stamp)
{
    each(archive, stamp.size, stamp.time);
}

template <typename Archive> void io(Archive& archive, CachedEntry& cached)
{
    each(archive, cached.stamp.config, cached.stamp.summary, cached.stamp.notes, cached.entry);
}

} // namespace

RunCache loadRunCache(const fs::path& file)
{
    try {
        const std::string bytes = readFile(file);
        Reader reader(bytes);
        RunCache cache;
        io(reader, cache);
        return cache;
    } catch (const std::exception&) {
        // Only time is lost: everything is read anew, and the cache written again.
        return {};
    }
}

bool saveRunCache(const fs::path& file, const RunCache& cache)
{
    Writer writer;
    // The description of the format serves both directions, of which only reading changes what it is given.
    io(writer, const_cast<RunCache&>(cache));
    try {
        writeFileAtomically(file, writer.document());
    } catch (const Error&) {
        return false;
    }
    return true;
}

} // namespace fedcctr::runs
