// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/runs/run_catalogue.h"
#include "core/runs/run_config.h"
#include "core/runs/run_directory.h"

#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <nlohmann/json.hpp>

using namespace fedcctr;
using namespace fedcctr::runs;
using nlohmann::json;

namespace {

const DataRecord kData{{"interactions", "00000001"}, {"augmentation", "none"}};

} // namespace

class TestRunConfig : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aRunIsReadAsItWasWritten()
    {
        const QTemporaryDir folder;
        const std::filesystem::path run = folder.filePath(QStringLiteral("run")).toStdString();
        settings::Config config;
        settings::setFromText(config, "loss.lambda1=0.7");
        RunDirectory::create(run, config, "/data/set", kData);
        const RunConfig read = readRunConfig(run / "config.json");
        QCOMPARE(settings::toJson(read.config).dump(), settings::toJson(config).dump());
        QVERIFY(read.others.empty());
        QCOMPARE(read.provenance.dataset, std::string("/data/set"));
        QCOMPARE(read.provenance.version, std::string(FEDCCTR_VERSION));
        QVERIFY(read.provenance.data == kData);
        const RunDirectory again = RunDirectory::resume(run);
        QCOMPARE(again.config().loss.lambda1, 0.7);
        QCOMPARE(again.dataset(), std::filesystem::path("/data/set"));
        QVERIFY(again.data() == kData);
    }

    /// Settings and provenance in one object, as earlier programs wrote them.
    void theEarlierFormTellsTheSame()
    {
        const QTemporaryDir folder;
        const std::filesystem::path run = folder.filePath(QStringLiteral("run")).toStdString();
        settings::Config config;
        settings::setFromText(config, "run.seed=5");
        RunDirectory::create(run, config, "/data/set", kData);
        const RunEntry now = readEntry(run);
        json document = settings::toJson(config);
        document["dataset"] = "/data/set";
        document["version"] = FEDCCTR_VERSION;
        document["started"] = now.started;
        document["data"] = kData;
        writeFileAtomically(run / "config.json", document.dump());
        const RunEntry then = readEntry(run);
        QVERIFY(!now.started.empty());
        QCOMPARE(then.datasetPath, std::string("/data/set"));
        QCOMPARE(then.seed, 5);
        QVERIFY(then.settings == now.settings);
        QVERIFY(dataOf(then) == kData);
        QCOMPARE(then.groupKey(), now.groupKey());
        QCOMPARE(RunDirectory::resume(run).dataset(), std::filesystem::path("/data/set"));
        QVERIFY(RunDirectory::resume(run).data() == kData);
        moveDataset(run / "config.json", "/elsewhere");
        const RunConfig moved = readRunConfig(run / "config.json");
        QCOMPARE(moved.provenance.dataset, std::string("/elsewhere"));
        QVERIFY(moved.provenance.data == kData);
        QCOMPARE(moved.config.run.seed, std::uint64_t(5));
    }

    /// Of a newer version: what is not understood is named, the rest counts.
    void whatIsNotUnderstoodIsNamed()
    {
        const RunConfig read = runConfigFrom({{"loss", {{"lambda1", 0.4}, {"lambda9", 0.1}}},
            {"privacy", {{"accountant", "better"}}}, {"wings", true}, {"preset", "paper"}});
        QCOMPARE(read.config.loss.lambda1, 0.4);
        QCOMPARE(read.config.preset, std::string("paper"));
        const std::vector<std::pair<std::string, std::string>> others{
            {"loss.lambda9", "0.1"}, {"privacy.accountant", "better"}, {"wings", "true"}};
        QVERIFY(read.others == others);
        QVERIFY(runConfigFrom(json::parse("[1]")).others.empty());
    }

    void damagedFilesAreNamed()
    {
        const QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath(QStringLiteral("config.json")).toStdString();
        for (const char* text : {"{\"loss\": ", "[1]", "{\"settings\": 3}"}) {
            writeFileAtomically(file, text);
            QVERIFY_THROWS_EXCEPTION(Error, readRunConfig(file));
            QVERIFY_THROWS_EXCEPTION(Error, moveDataset(file, "/x"));
        }
        std::filesystem::remove(file);
        QVERIFY_THROWS_EXCEPTION(Error, readRunConfig(file));
    }
};

std::unique_ptr<QObject> tst_run_config()
{
    return std::make_unique<TestRunConfig>();
}

#include "tst_run_config.moc"
