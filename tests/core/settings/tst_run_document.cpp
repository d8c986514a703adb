// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/settings/config.h"
#include "core/settings/presets.h"
#include "core/settings/run_document.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

using namespace fedcctr::settings;
using nlohmann::json;

namespace {

const Provenance kProvenance{
    "/data/food-kitchen", "0.1.0", "2026-01-02T03:04:05Z", {{"interactions", "00000001"}, {"items", "02"}}};

/// As programs wrote it that put both into one object.
json earlierForm(const json& settings, const Provenance& provenance)
{
    json document = settings;
    document["dataset"] = provenance.dataset;
    document["version"] = provenance.version;
    document["started"] = provenance.started;
    for (const auto& [part, checksum] : provenance.data)
        document["data"][part] = checksum;
    return document;
}

} // namespace

class TestRunDocument : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void bothFormsSayTheSame()
    {
        Config config;
        setFromText(config, "loss.lambda1=0.7");
        const json settings = toJson(config);
        json now = runDocument(settings, kProvenance);
        QCOMPARE(now.size(), std::size_t(2));
        json then = earlierForm(settings, kProvenance);
        QVERIFY(takeProvenance(now) == kProvenance);
        QVERIFY(takeProvenance(then) == kProvenance);
        QVERIFY(now == settings);
        QVERIFY(then == settings);
    }

    void whatIsNotKnownIsLeftOut()
    {
        json document = runDocument(json::object(), {});
        QCOMPARE(document.dump(), std::string(R"({"provenance":{},"settings":{}})"));
        QVERIFY(takeProvenance(document) == Provenance{});
    }

    void settingsAloneStayAsTheyAre()
    {
        const json settings{{"preset", "demo"}, {"data", {{"label", "rating"}}}, {"loss", {{"lambda1", 0.5}}},
            {"run.seed", 7}};
        json document = settings;
        QVERIFY(takeProvenance(document) == Provenance{});
        QVERIFY(document == settings);
        json wrapped{{"settings", settings}};
        QVERIFY(takeProvenance(wrapped) == Provenance{});
        QVERIFY(wrapped == settings);
    }

    void strangeDocumentsDoNotThrow()
    {
        json list = json::parse("[1, 2]");
        QVERIFY(takeProvenance(list) == Provenance{});
        json words{{"settings", json::object()}, {"provenance", 3}};
        QVERIFY(takeProvenance(words) == Provenance{});
        json types{{"dataset", 7}, {"data", {{"items", 1}, {"candidates", "2"}}}};
        const Provenance found = takeProvenance(types);
        QCOMPARE(found.dataset, std::string("7"));
        QCOMPARE(found.data.size(), std::size_t(1));
        json wrong{{"settings", 3}};
        takeProvenance(wrong);
        QVERIFY(!wrong.is_object());
    }

    void eitherIsAPreset()
    {
        const QTemporaryDir folder;
        Config config;
        setFromText(config, "loss.lambda1=0.7");
        setFromText(config, "privacy.accountant=pld");
        config.preset = "paper";
        const json settings = toJson(config);
        for (const json& document :
            {runDocument(settings, kProvenance), earlierForm(settings, kProvenance)}) {
            const std::string file = folder.filePath(QStringLiteral("config.json")).toStdString();
            std::ofstream(file) << document.dump(2);
            QCOMPARE(toJson(loadPreset(file)).dump(), settings.dump());
            Config read;
            readJsonFile(read, file);
            QCOMPARE(toJson(read).dump(), settings.dump());
        }
    }
};

std::unique_ptr<QObject> tst_run_document()
{
    return std::make_unique<TestRunDocument>();
}

#include "tst_run_document.moc"
