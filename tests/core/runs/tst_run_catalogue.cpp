// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/runs/run_catalogue.h"
#include "core/runs/run_import.h"
#include "core/settings/config.h"
#include "core/settings/config_table.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

namespace fs = std::filesystem;
using namespace fedcctr;
using namespace fedcctr::runs;
using namespace fedcctr::settings;
using nlohmann::json;

namespace {

void write(const fs::path& file, const std::string& content)
{
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
}

json configDocument(std::int64_t seed, double lambda1 = 0.3)
{
    Config config;
    setFromText(config, "run.seed=" + std::to_string(seed));
    setFromText(config, "loss.lambda1=" + std::to_string(lambda1));
    json document = toJson(config);
    document["dataset"] = "/data/food-kitchen";
    document["version"] = "0.1.0";
    document["started"] =
        "2026-01-02T03:04:" + std::string(seed % 60 < 10 ? "0" : "") + std::to_string(seed % 60) + "Z";
    return document;
}

json summaryDocument(double ndcg, const std::string& reason = "finished")
{
    const json metrics{{"ndcg@2", ndcg / 2}, {"ndcg@5", ndcg * 0.8}, {"ndcg@10", ndcg}, {"mrr@2", 0.1},
        {"mrr@5", 0.11}, {"mrr@10", 0.12}, {"hr@2", 0.2}, {"hr@5", 0.3}, {"hr@10", 0.4}, {"auc", 0.7},
        {"logloss", 0.5}, {"n", 500}, {"ndcg@10_ci95", {ndcg - 0.01, ndcg + 0.01}}};
    const json both{{"A", metrics}, {"B", metrics}};
    return {{"dataset", "food-kitchen"}, {"domains", {"Food", "Kitchen"}}, {"reason", reason},
        {"rounds", 120}, {"best_round", 100}, {"seconds", 12.5}, {"test", both}, {"validation", both},
        {"reference", {{"random", both}, {"popularity", both}, {"item-knn", both}}},
        {"privacy",
            json::array({{{"epsilon", 1.5}, {"delta", 1e-5}, {"accountant", "rdp"}, {"adversary", "local"},
                {"relation", "replace"}, {"order", 8}, {"note", "a note"}}})}};
}

void writeRun(const fs::path& run, std::int64_t seed, double ndcg)
{
    write(run / "config.json", configDocument(seed).dump(2));
    write(run / "summary.json", summaryDocument(ndcg).dump(2));
}

void age(const fs::path& file, std::chrono::seconds by)
{
    fs::last_write_time(file, fs::file_time_type::clock::now() - by);
}

const RunEntry& named(const std::vector<RunEntry>& entries, const std::string& name)
{
    const auto found = std::ranges::find(entries, name, &RunEntry::name);
    if (found == entries.end())
        throw Error("no entry " + name);
    return *found;
}

} // namespace

class TestRunCatalogue : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_folder;

private Q_SLOTS:
    void init()
    {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_folder = fs::path(m_temporary->path().toStdString()) / "runs";
        fs::create_directory(m_folder);
    }

    void aFinishedRunIsReadWhole()
    {
        writeRun(m_folder / "one", 7, 0.25);
        const RunEntry entry = readEntry(m_folder / "one");
        QCOMPARE(nameOf(entry.state), std::string("finished"));
        QCOMPARE(entry.name, std::string("one"));
        QCOMPARE(entry.seed, 7);
        QCOMPARE(entry.domains[1], std::string("Kitchen"));
        QCOMPARE(entry.datasetPath, std::string("/data/food-kitchen"));
        QCOMPARE(entry.plannedRounds, 500);
        QCOMPARE(entry.rounds, 120);
        QVERIFY(entry.summary);
        QCOMPARE(entry.summary->test[0].at("ndcg@10"), 0.25);
        QCOMPARE(entry.summary->privacy.front().epsilon, 1.5);
        QCOMPARE(entry.setting("loss.lambda1"), std::string("0.3"));
        QVERIFY(!entry.hasCheckpoint);
    }

    void statesAreTold()
    {
        write(m_folder / "fresh" / "config.json", configDocument(1).dump());
        write(m_folder / "killed" / "config.json", configDocument(2).dump());
        write(m_folder / "killed" / "metrics.jsonl", "{\"round\": 1}\n{\"round\": 2}\n{\"rou");
        write(m_folder / "killed" / "checkpoint" / "state.bin", "x");
        age(m_folder / "killed" / "config.json", std::chrono::seconds(900));
        age(m_folder / "killed" / "metrics.jsonl", std::chrono::seconds(600));
        writeRun(m_folder / "stopped", 3, 0.2);
        write(m_folder / "stopped" / "summary.json", summaryDocument(0.2, "stopped").dump());
        writeRun(m_folder / "spent", 4, 0.2);
        write(m_folder / "spent" / "summary.json", summaryDocument(0.2, "budget-spent").dump());
        write(m_folder / "half" / "config.json", configDocument(5).dump().substr(0, 100));
        write(m_folder / "lost" / "metrics.jsonl", "{}\n");
        writeRun(m_folder / "torn", 6, 0.2);
        write(m_folder / "torn" / "summary.json", "{\"dataset\": ");
        write(m_folder / "photos" / "a.png", "x");
        write(m_folder / "other" / "config.json", "{\"architectures\": [\"BertModel\"]}");
        write(m_folder / "array" / "config.json", "[1, 2]");
        write(m_folder / "types" / "config.json",
            "{\"dataset\": 7, \"run\": {\"seed\": \"x\"}, \"federation\": {\"rounds\": []}}");
        write(m_folder / "types" / "summary.json",
            "{\"domains\": 3, \"test\": [1], \"privacy\": {\"a\": 1}, \"rounds\": \"x\"}");
        write(m_folder / "types" / "notes.json", "{\"tags\": 3, \"note\": {}}");
        write(m_folder / ".hidden" / "config.json", configDocument(1).dump());
        write(m_folder / "file.txt", "x");
        const std::vector<RunEntry> entries = scanRuns(m_folder);
        QCOMPARE(entries.size(), std::size_t(11));
        const auto state = [&](const char* name) { return wordsOf(named(entries, name).state); };
        QCOMPARE(state("fresh"), std::string("running"));
        QCOMPARE(state("killed"), std::string("interrupted"));
        QVERIFY(named(entries, "killed").hasCheckpoint);
        QCOMPARE(roundsDone(m_folder / "killed"), 2);
        QCOMPARE(roundsDone(m_folder / "photos"), 0);
        QCOMPARE(state("stopped"), std::string("stopped"));
        QCOMPARE(state("spent"), std::string("budget spent"));
        for (const char* broken : {"half", "lost", "torn", "array"}) {
            QCOMPARE(state(broken), std::string("broken"));
            QVERIFY(!named(entries, broken).problem.empty());
        }
        QCOMPARE(state("photos"), std::string("foreign"));
        QCOMPARE(state("other"), std::string("foreign"));
        QCOMPARE(state("types"), std::string("finished"));
    }

    void runsOfSweepsAreListedNewestFirst()
    {
        writeRun(m_folder / "sweep" / "seed-1", 11, 0.2);
        writeRun(m_folder / "sweep" / "seed-2", 12, 0.2);
        write(m_folder / "sweep" / "sweep.json", "{}");
        write(m_folder / "begun" / "sweep.json", "{}");
        writeRun(m_folder / "plain", 13, 0.2);
        const std::vector<RunEntry> entries = scanRuns(m_folder);
        QCOMPARE(entries.size(), std::size_t(3));
        QCOMPARE(entries[0].name, std::string("plain"));
        QCOMPARE(entries[0].group, std::string());
        QCOMPARE(entries[1].name, std::string("seed-2"));
        QCOMPARE(entries[1].group, std::string("sweep"));
        QVERIFY(scanRuns(m_folder / "nowhere").empty());
    }

    void theCacheFollowsEveryChange()
    {
        writeRun(m_folder / "one", 1, 0.2);
        writeRun(m_folder / "two", 2, 0.2);
        const std::vector<RunEntry> cold = scanRuns(m_folder);
        QVERIFY(fs::exists(m_folder / ".catalogue.bin"));
        const std::vector<RunEntry> warm = scanRuns(m_folder);
        QCOMPARE(warm.size(), cold.size());
        for (std::size_t i = 0; i < warm.size(); ++i) {
            QCOMPARE(warm[i].path, cold[i].path);
            QCOMPARE(warm[i].settings, cold[i].settings);
            QCOMPARE(warm[i].summary->test[1].values, cold[i].summary->test[1].values);
            QVERIFY(warm[i].summary->test[1].interval() == cold[i].summary->test[1].interval());
            QCOMPARE(warm[i].summary->references.size(), std::size_t(3));
            QCOMPARE(warm[i].summary->privacy.front().note, std::string("a note"));
            QCOMPARE(warm[i].started, cold[i].started);
            QCOMPARE(warm[i].groupKey(), cold[i].groupKey());
        }
        write(m_folder / "one" / "summary.json", summaryDocument(0.31).dump(2));
        writeNotes(m_folder / "two", {"good", "ε"}, "two\nlines");
        writeRun(m_folder / "three", 3, 0.2);
        std::vector<RunEntry> entries = scanRuns(m_folder);
        QCOMPARE(entries.size(), std::size_t(3));
        QCOMPARE(named(entries, "one").summary->test[0].at("ndcg@10"), 0.31);
        QCOMPARE(named(entries, "two").tags, (std::vector<std::string>{"good", "ε"}));
        QCOMPARE(named(entries, "two").note, std::string("two\nlines"));
        fs::remove_all(m_folder / "one");
        fs::rename(m_folder / "two", m_folder / "second");
        entries = scanRuns(m_folder);
        QCOMPARE(entries.size(), std::size_t(2));
        QCOMPARE(named(entries, "second").path, m_folder / "second");
    }

    void aDamagedCacheIsNoCache()
    {
        writeRun(m_folder / "one", 1, 0.2);
        scanRuns(m_folder);
        std::ifstream in(m_folder / ".catalogue.bin", std::ios::binary);
        const std::string good((std::istreambuf_iterator<char>(in)), {});
        QVERIFY(good.size() > 100);
        for (std::size_t cut = 0; cut < good.size(); cut += good.size() / 13) {
            write(m_folder / ".catalogue.bin", good.substr(0, cut));
            QCOMPARE(scanRuns(m_folder).size(), std::size_t(1));
            std::string flipped = good;
            flipped[cut] = static_cast<char>(flipped[cut] ^ 0x55);
            write(m_folder / ".catalogue.bin", flipped);
            QCOMPARE(scanRuns(m_folder).front().summary->test[0].at("ndcg@10"), 0.2);
        }
    }

    void groupsAreTheSameButForSeedAndMachine()
    {
        write(m_folder / "a" / "config.json", configDocument(1).dump());
        json other = configDocument(2);
        other["run"]["device"] = "cpu";
        other["run"]["threads"] = 3;
        other["preset"] = "paper";
        write(m_folder / "b" / "config.json", other.dump());
        write(m_folder / "c" / "config.json", configDocument(1, 0.4).dump());
        json elsewhere = configDocument(1);
        elsewhere["dataset"] = "/data/movie-book";
        write(m_folder / "d" / "config.json", elsewhere.dump());
        const auto key = [&](const char* name) { return readEntry(m_folder / name).groupKey(); };
        QCOMPARE(key("a"), key("b"));
        QVERIFY(key("a") != key("c"));
        QVERIFY(key("a") != key("d"));
        // An older version's run says nothing of a setting that is at its default.
        json older = configDocument(3);
        older["model"].erase("heads");
        older["augment"].erase("name");
        write(m_folder / "e" / "config.json", older.dump());
        QCOMPARE(key("a"), key("e"));
        older["loss"].erase("lambda1"); // 0.3 by default
        write(m_folder / "e" / "config.json", older.dump());
        QCOMPARE(key("a"), key("e"));
        QVERIFY(key("c") != key("e"));
    }

    /// A dataset that was replaced or augmented between two runs makes them others.
    void runsOnOtherDataAreNoGroup()
    {
        const auto withData = [this](const char* name, std::int64_t seed, const json& data) {
            json document = configDocument(seed);
            document["data"] = data;
            write(m_folder / name / "config.json", document.dump());
            return readEntry(m_folder / name);
        };
        const json data{{"interactions", "00000001"}, {"items", "00000002"}, {"candidates", "00000003"},
            {"augmentation", "none"}};
        json replaced = data;
        replaced["items"] = "0000000f";
        json augmented = data;
        augmented["augmentation"] = "0123456789abcdef";
        const RunEntry first = withData("first", 1, data);
        const RunEntry again = withData("again", 2, data);
        const RunEntry other = withData("other", 3, replaced);
        const RunEntry more = withData("more", 4, augmented);
        QCOMPARE(first.groupKey(), again.groupKey());
        QVERIFY(first.groupKey() != other.groupKey());
        QVERIFY(first.groupKey() != more.groupKey());
        QVERIFY(onSameData(first, again));
        QVERIFY(!onSameData(first, other) && !onSameData(other, first));
        QVERIFY(onSameData(first, more)); // the same users and targets
        write(m_folder / "old" / "config.json", configDocument(5).dump());
        const RunEntry old = readEntry(m_folder / "old");
        QVERIFY(onSameData(first, old) && onSameData(old, first));
        QCOMPARE(differences(std::vector{first, other}).size(), std::size_t(1));
        QCOMPARE(differences(std::vector{first, other})[0].key, std::string("checksum.items"));
        Config config;
        readJsonFile(config, m_folder / "first" / "config.json"); // no setting, and no error
    }

    void differencesStandInTheTablesOrder()
    {
        json one = configDocument(1, 0.1);
        json two = configDocument(2, 0.2);
        two["privacy"]["epsilon"] = 3;
        two["preset"] = "paper";
        two["model"]["heads"] = 4;
        write(m_folder / "1" / "config.json", one.dump());
        write(m_folder / "2" / "config.json", two.dump());
        const std::vector<RunEntry> runs{readEntry(m_folder / "1"), readEntry(m_folder / "2")};
        const std::vector<SettingDifference> found = differences(runs);
        std::vector<std::string> keys;
        for (const SettingDifference& row : found)
            keys.push_back(row.key);
        std::vector<std::string> order{"preset"};
        for (const Field& field : fields())
            if (field.key == "loss.lambda1" || field.key == "privacy.epsilon" || field.key == "model.heads")
                order.push_back(field.key);
        QCOMPARE(keys, order);
        for (const SettingDifference& row : found)
            if (row.key == "loss.lambda1")
                QCOMPARE(row.values, (std::vector<std::string>{"0.1", "0.2"}));
        // A text that is empty in all of them tells nothing.
        const settings::Config config;
        const auto written = std::ranges::count_if(fields(), [&](const Field& field) {
            return isWritten(field, config) && field.read(config) != Value(std::string());
        });
        QVERIFY(differences(runs, true).size() > static_cast<std::size_t>(written));
    }

    void importCopiesBesideAndRenames()
    {
        const fs::path elsewhere = m_folder.parent_path() / "usb" / "one";
        writeRun(elsewhere, 1, 0.2);
        write(elsewhere / "checkpoint" / "state.bin", std::string(100'000, 'x'));
        fs::create_symlink("/etc/passwd", elsewhere / "link");
        age(elsewhere / "config.json", std::chrono::seconds(600));
        QCOMPARE(importRun(elsewhere, m_folder), fs::canonical(m_folder) / "one");
        QCOMPARE(importRun(elsewhere, m_folder), fs::canonical(m_folder) / "one-2");
        QCOMPARE(fs::file_size(m_folder / "one-2" / "checkpoint" / "state.bin"), std::uintmax_t(100'000));
        QVERIFY(!fs::exists(m_folder / "one" / "link"));
        QCOMPARE(readEntry(m_folder / "one").summary->test[0].at("ndcg@10"), 0.2);
        QVERIFY_EXCEPTION_THROWN(importRun(m_folder / "one", m_folder), Error);
        QVERIFY_EXCEPTION_THROWN(importRun(m_folder.parent_path() / "usb", m_folder), Error);
        QVERIFY_EXCEPTION_THROWN(importRun(elsewhere, elsewhere / "runs"), Error);
        std::stop_source stopped;
        stopped.request_stop();
        QVERIFY_EXCEPTION_THROWN(importRun(elsewhere, m_folder, stopped.get_token()), Error);
        std::size_t left = 0;
        for ([[maybe_unused]] const auto& entry : fs::directory_iterator(m_folder))
            ++left;
        QCOMPARE(left, std::size_t(2));
    }

    void fiveThousandRunsAreScanned()
    {
        const std::string summary = summaryDocument(0.2).dump(2);
        for (int i = 0; i < 5000; ++i) {
            const fs::path run = m_folder / ("run-" + std::to_string(i));
            write(run / "config.json", configDocument(i, 0.01 * (i % 50)).dump(2));
            write(run / "summary.json", summary);
        }
        QElapsedTimer timer;
        timer.start();
        const std::vector<RunEntry> read = scanRuns(m_folder);
        const qint64 cold = timer.restart();
        const std::vector<RunEntry> kept = scanRuns(m_folder);
        const qint64 cached = timer.elapsed();
        QCOMPARE(read.size(), std::size_t(5000));
        // Read by several threads, each in its place.
        QVERIFY(std::ranges::all_of(
            read, [](const RunEntry& entry) { return entry.name == "run-" + std::to_string(entry.seed); }));
        QVERIFY(std::ranges::equal(read, kept, {}, &RunEntry::name, &RunEntry::name));
        QVERIFY(std::ranges::equal(read, kept, {}, &RunEntry::settings, &RunEntry::settings));
        qInfo("5,000 runs: %lld ms cold, %lld ms cached", static_cast<long long>(cold),
            static_cast<long long>(cached));
    }
};

std::unique_ptr<QObject> tst_run_catalogue()
{
    return std::make_unique<TestRunCatalogue>();
}
#include "tst_run_catalogue.moc"
