// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_catalogue.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/parallel.h"
#include "core/runs/run_cache.h"
#include "core/settings/config.h"
#include "core/settings/config_table.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <thread>

namespace fedcctr::runs {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr std::size_t kMostThreads = 7; ///< beside the caller; more wait for the file system only
constexpr std::size_t kRunsPerThread = 64; ///< fewer are not worth a thread
constexpr const char* kCacheName = ".catalogue.bin";
constexpr std::array<std::string_view, 4> kNotes{"dataset", "preset", "started", "version"};
constexpr std::array<std::string_view, 3> kMachine{"run.seed", "run.device", "run.threads"};

bool isOneOf(std::span<const std::string_view> words, std::string_view word)
{
    return std::ranges::find(words, word) != words.end();
}

FileStamp stampOf(const fs::path& file)
{
    struct stat status { };
    if (::stat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode))
        return {};
    return {static_cast<std::int64_t>(status.st_size),
        static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec};
}

EntryStamp stampsOf(const fs::path& run)
{
    return {stampOf(run / "config.json"), stampOf(run / "summary.json"), stampOf(run / "notes.json")};
}

template <typename T> T numberIn(const std::string& text)
{
    T value{};
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

RunEntry& complain(RunEntry& entry, RunState state, std::string problem)
{
    entry.state = state;
    entry.problem = std::move(problem);
    return entry;
}

/// Tags and note. A damaged file is none: what it held cannot be told, and the run is sound.
void readNotes(const fs::path& file, RunEntry& entry)
{
    const json document = json::parse(readFile(file), nullptr, false);
    if (!document.is_object())
        return;
    if (const auto tags = document.find("tags"); tags != document.end() && tags->is_array())
        for (const json& tag : *tags)
            if (tag.is_string())
                entry.tags.push_back(tag.get<std::string>());
    if (const auto note = document.find("note"); note != document.end() && note->is_string())
        entry.note = note->get<std::string>();
}

void readConfig(const fs::path& file, RunEntry& entry)
{
    entry.settings = readSettings(file);
    entry.started = entry.setting("started");
    entry.datasetPath = entry.setting("dataset");
    entry.preset = entry.setting("preset");
    entry.seed = numberIn<std::int64_t>(entry.setting("run.seed"));
    entry.plannedRounds = numberIn<int>(entry.setting("federation.rounds"));
}

/// A setting that the run's version did not know yet was what it is by default, so that old and new runs of
/// one configuration are one group.
void addDefaults(Settings& settings)
{
    std::ranges::sort(settings);
    static const Settings defaults = settingsOf(settings::Config{});
    const auto known = static_cast<std::ptrdiff_t>(settings.size());
    for (const auto& setting : defaults)
        if (!std::ranges::binary_search(settings.begin(), settings.begin() + known, setting.first, {},
                &std::pair<std::string, std::string>::first))
            settings.push_back(setting);
    std::ranges::sort(settings);
}

/// Everything that config.json, summary.json and notes.json tell; Interrupted where there is no summary.
RunEntry readFiles(const fs::path& run, const EntryStamp& stamp)
{
    RunEntry entry;
    entry.path = run;
    const fs::path clean = fs::absolute(run).lexically_normal();
    entry.name = (clean.has_filename() ? clean : clean.parent_path()).filename().string();
    entry.domains = {"A", "B"};
    std::error_code failed;
    if (stamp.config == FileStamp{}) {
        if (stamp.summary != FileStamp{} || fs::exists(run / "metrics.jsonl", failed))
            return complain(entry, RunState::Broken, "config.json is missing");
        return complain(entry, RunState::Foreign, "no run: config.json is missing");
    }
    try {
        if (stamp.notes != FileStamp{})
            readNotes(run / "notes.json", entry);
        readConfig(run / "config.json", entry);
        if (entry.datasetPath.empty() && entry.setting("federation.rounds").empty())
            return complain(entry, RunState::Foreign, "no run: config.json is another program's");
        addDefaults(entry.settings);
        entry.state = RunState::Interrupted;
        if (stamp.summary == FileStamp{})
            return entry;
        entry.summary = readSummary(run / "summary.json", entry.domains);
        if (!entry.summary->tellsChanges)
            entry.summary->changes = readWeightChanges(run / "events.jsonl");
        entry.state = entry.summary->reason.value().value_or(RunState::Finished);
        entry.rounds = entry.summary->rounds;
    } catch (const std::exception& error) {
        complain(entry, RunState::Broken, error.what());
    }
    return entry;
}

/// A run writes now if one of its files is younger than a minute; a run that was resumed after its summary
/// goes on as long as its rounds are younger than that.
void judgeProgress(RunEntry& entry, const EntryStamp& stamp)
{
    if (entry.state == RunState::Broken || entry.state == RunState::Foreign)
        return;
    entry.hasCheckpoint = stampOf(entry.path / "checkpoint" / "state.bin") != FileStamp{};
    if (entry.state == RunState::Finished || entry.state == RunState::BudgetSpent)
        return;
    constexpr std::int64_t kSecond = 1'000'000'000;
    const std::int64_t written = std::max({stampOf(entry.path / "metrics.jsonl").time,
        stampOf(entry.path / "log.txt").time, stamp.config.time});
    if (entry.state == RunState::Stopped && written <= stamp.summary.time + kSecond)
        return;
    struct timespec now { };
    ::clock_gettime(CLOCK_REALTIME, &now);
    entry.state = now.tv_sec - written / kSecond < 60 ? RunState::Running : RunState::Interrupted;
}

bool isHidden(const fs::path& path)
{
    return path.filename().string().starts_with('.');
}

std::vector<fs::path> directoriesIn(const fs::path& folder)
{
    std::vector<fs::path> found;
    std::error_code failed;
    for (fs::directory_iterator entries(folder, failed), end; !failed && entries != end;
         entries.increment(failed))
        if (!isHidden(entries->path()) && entries->is_directory(failed))
            found.push_back(entries->path());
    return found;
}

bool looksLikeRun(const fs::path& directory)
{
    std::error_code failed;
    return fs::exists(directory / "config.json", failed);
}

/// The runs' directories and, for those of a folder of runs, its name.
std::vector<std::pair<fs::path, std::string>> placesIn(const fs::path& folder)
{
    std::vector<std::pair<fs::path, std::string>> places;
    for (const fs::path& directory : directoriesIn(folder)) {
        if (looksLikeRun(directory)) {
            places.emplace_back(directory, std::string());
            continue;
        }
        std::error_code failed;
        std::vector<fs::path> inner = directoriesIn(directory);
        if (!fs::exists(directory / "sweep.json", failed) && !std::ranges::any_of(inner, looksLikeRun)) {
            places.emplace_back(directory, std::string());
            continue;
        }
        const std::string name = directory.filename().string();
        // What a comparison searched before its runs is a sweep inside it, and no result.
        for (fs::path& run : inner)
            if (!fs::exists(run / "sweep.json", failed))
                places.emplace_back(std::move(run), name);
    }
    return places;
}

/// A run's place in the scan. A name tells that it was read.
struct Scanned {
    fs::path path;
    std::string group;
    CachedEntry* cached = nullptr;
};

/// Reads the runs, on all cores: thousands of small files cost system calls and parsing. The calling thread
/// reads too, and only it reports.
void readAll(std::span<const Scanned> runs, const std::stop_token& stop,
    const std::function<void(std::size_t done)>& progress)
{
    std::atomic<std::size_t> done = 0;
    const std::thread::id here = std::this_thread::get_id();
    const std::size_t threads = std::min({1 + runs.size() / kRunsPerThread, kMostThreads + 1, coreCount()});
    parallel(threads, runs.size(), [&](std::size_t i) {
        if (stop.stop_requested())
            return;
        runs[i].cached->entry = readFiles(runs[i].path, runs[i].cached->stamp);
        const std::size_t count = ++done;
        if (std::this_thread::get_id() == here)
            progress(count);
    });
}

} // namespace

std::string RunEntry::setting(const std::string& key) const
{
    const auto found = std::ranges::find(settings, key, &std::pair<std::string, std::string>::first);
    return found == settings.end() ? std::string() : found->second;
}

std::string RunEntry::groupKey() const
{
    std::string key = "dataset=" + datasetPath;
    for (const auto& [setting, value] : settings)
        if (!isOneOf(kNotes, setting) && !isOneOf(kMachine, setting))
            key.append(1, '\n').append(setting).append(1, '=').append(value);
    if (const std::string words = deviation(); !words.empty())
        key.append(1, '\n').append(words);
    return key;
}

DataRecord dataOf(const RunEntry& run)
{
    DataRecord record;
    for (const auto& [key, value] : run.settings)
        if (key.starts_with(kDataPrefix))
            record.emplace(key.substr(kDataPrefix.size()), value);
    return record;
}

bool onSameData(const RunEntry& run, const RunEntry& other)
{
    DataRecord record = dataOf(run);
    for (const char* input : {kAugmentation, kVectors, kPrior, kOwnModel})
        record.erase(input);
    return run.datasetPath == other.datasetPath && differingParts(record, dataOf(other)).empty();
}

RunEntry readEntry(const fs::path& run)
{
    const EntryStamp stamp = stampsOf(run);
    RunEntry entry = readFiles(run, stamp);
    judgeProgress(entry, stamp);
    return entry;
}

int roundsDone(const fs::path& run)
{
    int round = 0;
    try {
        LineReader lines(run / "metrics.jsonl");
        for (std::string line; lines.next(line);)
            if (const json node = json::parse(line, nullptr, false); node.is_object())
                if (const auto found = node.find("round"); found != node.end() && found->is_number_integer())
                    round = found->get<int>();
    } catch (const Error&) {
        // No file, no rounds.
    }
    return round;
}

std::vector<RunEntry> scanRuns(const fs::path& folder, const std::stop_token& stop,
    const std::function<void(std::size_t done, std::size_t all)>& progress)
{
    RunCache cache = loadRunCache(folder / kCacheName);
    RunCache seen;
    std::vector<Scanned> runs;
    std::vector<Scanned> unread;
    bool changed = false;
    for (auto& [path, group] : placesIn(folder)) {
        const std::string key = (group.empty() ? fs::path() : fs::path(group)) / path.filename();
        const EntryStamp stamp = stampsOf(path);
        auto node = cache.extract(key);
        const bool same = !node.empty() && node.mapped().stamp == stamp;
        changed = changed || !same;
        // A file that is being written may change again within the clock's step: unfinished runs are read
        // anew.
        const bool keep = same && stamp.summary != FileStamp{};
        if (keep)
            seen.insert(std::move(node));
        CachedEntry& cached = seen[key];
        cached.stamp = stamp;
        runs.push_back({std::move(path), std::move(group), &cached});
        if (!keep)
            unread.push_back(runs.back());
    }
    readAll(unread, stop, [&](std::size_t done) {
        if (progress)
            progress(runs.size() - unread.size() + done, runs.size());
    });
    std::erase_if(runs, [](const Scanned& run) { return run.cached->entry.name.empty(); });
    for (const Scanned& run : runs) {
        run.cached->entry.path = run.path;
        run.cached->entry.group = run.group;
    }
    if (!stop.stop_requested() && (changed || !cache.empty()))
        saveRunCache(folder / kCacheName, seen);
    std::vector<RunEntry> entries;
    entries.reserve(runs.size());
    for (const Scanned& run : runs) {
        judgeProgress(run.cached->entry, run.cached->stamp);
        entries.push_back(std::move(run.cached->entry));
    }
    std::ranges::stable_sort(entries, [](const RunEntry& a, const RunEntry& b) {
        return a.started != b.started ? a.started > b.started : a.name < b.name;
    });
    return entries;
}

void writeNotes(const fs::path& run, const std::vector<std::string>& tags, const std::string& note)
{
    const json document{{"tags", tags}, {"note", note}};
    writeFileAtomically(
        run / "notes.json", document.dump(2, ' ', false, json::error_handler_t::replace) + '\n');
}

std::vector<SettingDifference> differences(std::span<const RunEntry> runs, bool all)
{
    std::vector<std::string> keys{"dataset", "preset"};
    for (const settings::Field& field : settings::fields())
        keys.push_back(field.key);
    for (const RunEntry& run : runs)
        for (const auto& [key, value] : run.settings)
            if (std::ranges::find(keys, key) == keys.end())
                keys.push_back(key);
    std::vector<SettingDifference> found;
    for (const std::string& key : keys) {
        if (!all && (isOneOf(kMachine, key) || key == "version" || key == "started"))
            continue;
        SettingDifference row{key, {}};
        for (const RunEntry& run : runs)
            row.values.push_back(run.setting(key));
        const bool some = std::ranges::any_of(row.values, [](const auto& value) { return !value.empty(); });
        const bool differ = std::ranges::any_of(
            row.values, [&row](const std::string& value) { return value != row.values.front(); });
        if (some && (all || differ))
            found.push_back(std::move(row));
    }
    return found;
}

} // namespace fedcctr::runs
