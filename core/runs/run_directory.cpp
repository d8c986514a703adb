// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_directory.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/runs/run_lock.h"
#include "core/settings/run_document.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <nlohmann/json.hpp>
#include <sstream>

namespace fedcctr::runs {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

std::string timeStamp()
{
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm parts{};
    gmtime_r(&now, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

json readConfigFile(const fs::path& run)
{
    const fs::path file = run / "config.json";
    try {
        return json::parse(readFile(file));
    } catch (const json::parse_error&) {
        throw Error(file.string() + ": is damaged; start the run again");
    }
}

void cutLines(const fs::path& file, int round)
{
    if (!fs::exists(file))
        return;
    std::istringstream in(readFile(file));
    std::string kept;
    for (std::string line; std::getline(in, line);) {
        const json node = json::parse(line, nullptr, false);
        if (node.is_discarded() || node.value("round", 0) > round)
            break;
        kept += line + '\n';
    }
    writeFileAtomically(file, kept);
}

/// Everything after the line that tells of the round's checkpoint is cut; without one, what names a later
/// round.
void cutEvents(const fs::path& file, int round)
{
    if (!fs::exists(file))
        return;
    std::istringstream in(readFile(file));
    std::string kept;
    std::size_t seen = 0;
    for (std::string line; std::getline(in, line);) {
        const json node = json::parse(line, nullptr, false);
        if (node.is_discarded() || node.value("round", 0) > round)
            break;
        kept += line + '\n';
        if (node.value("event", std::string()) == "checkpoint" && node.value("round", 0) == round)
            seen = kept.size();
    }
    writeFileAtomically(file, seen > 0 ? kept.substr(0, seen) : kept);
}

void appendLine(std::ofstream& file, const fs::path& path, const std::string& line)
{
    file << line << '\n' << std::flush;
    if (!file)
        throw Error(path.string() + ": writing failed; is the disk full?", Error::Kind::Failure);
}

} // namespace

RunDirectory::RunDirectory(fs::path path)
    : m_path(std::move(path))
{
}

void RunDirectory::checkFree(const fs::path& path)
{
    std::error_code failed;
    if (fs::exists(path / "config.json", failed))
        throw Error(
            path.string() + ": holds a run already; continue it with --resume or choose another --out");
    // The lock alone is that of an engine that is about to begin, or that died then.
    const auto isOther = [](const fs::directory_entry& entry) {
        return entry.path().filename() != kLockName;
    };
    if (fs::is_directory(path, failed)
        && std::any_of(fs::directory_iterator(path, failed), fs::directory_iterator(), isOther))
        throw Error(path.string() + ": is not empty; choose a new directory with --out");
}

RunDirectory RunDirectory::create(
    const fs::path& path, const settings::Config& config, const fs::path& dataset, const DataRecord& data)
{
    checkFree(path);
    const fs::path source = fs::absolute(dataset).lexically_normal();
    requireUtf8(source);
    makeWritableDirectory(path / "checkpoint");
    const settings::Provenance provenance{source.string(), FEDCCTR_VERSION, timeStamp(), data};
    const json document = settings::runDocument(settings::toJson(config), provenance);
    writeFileAtomically(path / "config.json", document.dump(2) + '\n');
    RunDirectory run(path);
    run.openFiles();
    return run;
}

RunDirectory RunDirectory::resume(const fs::path& path)
{
    std::error_code failed;
    if (!fs::exists(path / "config.json", failed))
        throw Error(
            path.string() + ": holds no run (config.json is missing); leave --resume out to start one");
    RunDirectory run(path);
    run.config();
    run.openFiles();
    return run;
}

void RunDirectory::openFiles()
{
    m_metrics.open(m_path / "metrics.jsonl", std::ios::app);
    m_ledger.open(m_path / "ledger.jsonl", std::ios::app);
    m_events.open(m_path / "events.jsonl", std::ios::app);
    m_log.open(m_path / "log.txt", std::ios::app);
    if (!m_metrics || !m_ledger || !m_events || !m_log)
        throw Error(m_path.string() + ": its files cannot be written; check the permissions");
}

settings::Config RunDirectory::config() const
{
    json document = readConfigFile(m_path);
    settings::takeProvenance(document);
    settings::Config config;
    settings::readJson(config, document, (m_path / "config.json").string());
    return config;
}

fs::path RunDirectory::dataset() const
{
    json document = readConfigFile(m_path);
    return settings::takeProvenance(document).dataset;
}

DataRecord RunDirectory::data() const
{
    json document = readConfigFile(m_path);
    return settings::takeProvenance(document).data;
}

fs::path RunDirectory::snapshotFile(int round) const
{
    char name[32];
    std::snprintf(name, sizeof name, "round-%06d.bin", round);
    return m_path / "checkpoint" / name;
}

void RunDirectory::thinSnapshots(int stride) const
{
    for (const int round : snapshotRounds(m_path))
        if (round % stride != 0)
            fs::remove(snapshotFile(round));
}

void RunDirectory::cutBackTo(int round)
{
    m_metrics.close();
    m_ledger.close();
    m_events.close();
    m_log.close();
    cutLines(m_path / "metrics.jsonl", round);
    cutLines(m_path / "ledger.jsonl", round);
    cutEvents(m_path / "events.jsonl", round);
    for (const int snapshot : snapshotRounds(m_path))
        if (snapshot > round)
            fs::remove(snapshotFile(snapshot));
    openFiles();
}

void RunDirectory::appendMetrics(const json& line)
{
    appendLine(m_metrics, m_path / "metrics.jsonl", line.dump());
}

void RunDirectory::appendLedger(const json& line)
{
    appendLine(m_ledger, m_path / "ledger.jsonl", line.dump());
}

void RunDirectory::appendEvent(const json& line)
{
    // Messages may name paths with bytes that are no UTF-8.
    appendLine(m_events, m_path / "events.jsonl", line.dump(-1, ' ', false, json::error_handler_t::replace));
}

void RunDirectory::log(const std::string& message)
{
    appendLine(m_log, m_path / "log.txt", timeStamp() + ' ' + message);
}

void RunDirectory::syncLines() const
{
    for (const char* name : {"metrics.jsonl", "ledger.jsonl", "events.jsonl", "log.txt"})
        syncToDisk(m_path / name);
    syncToDisk(m_path);
}

void RunDirectory::writeSummary(const json& summary)
{
    syncLines();
    writeFileAtomically(m_path / "summary.json", summary.dump(2) + '\n');
}

std::vector<int> snapshotRounds(const fs::path& run)
{
    std::vector<int> rounds;
    std::error_code failed;
    for (const fs::directory_entry& entry : fs::directory_iterator(run / "checkpoint", failed)) {
        const std::string name = entry.path().filename().string();
        int round = 0;
        int length = 0;
        if (std::sscanf(name.c_str(), "round-%d.bin%n", &round, &length) == 1
            && static_cast<std::size_t>(length) == name.size())
            rounds.push_back(round);
    }
    std::ranges::sort(rounds);
    return rounds;
}

} // namespace fedcctr::runs
