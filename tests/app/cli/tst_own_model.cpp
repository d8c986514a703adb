// SPDX-License-Identifier: GPL-3.0-or-later
// A TorchScript module as the model, with the real engine: trained like any other, and kept by its run.
#include "core/base/files.h"
#include "tests/fixtures/program.h"
#include "tests/fixtures/support.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr;
using test::Outcome;
namespace fs = std::filesystem;

namespace {

const QStringList kQuick{u"--set"_s, u"model.history=6"_s, u"--set"_s, u"federation.rounds=3"_s, u"--set"_s,
    u"federation.rate=0.3"_s, u"--set"_s, u"run.snapshots=0"_s, u"--device"_s, u"cpu"_s};

} // namespace

class TestOwnModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        // The fixture was exported for this dataset.
        const Outcome demo = call({u"data"_s, u"demo"_s, u"--out"_s, u"ds"_s, u"--users"_s, u"40"_s,
            u"--items"_s, u"110"_s, u"--seed"_s, u"5"_s});
        QVERIFY2(demo.exitCode == 0, qPrintable(demo.errors));
        fs::copy_file(FEDCCTR_SOURCE_DIR "/tests/fixtures/own_gru.pt", path("my.pt"));
    }

    /// Private training of it: clipped, noised, accounted for.
    void itIsTrainedLikeAnyOther()
    {
        const Outcome trained = train("run", u"my.pt"_s, {});
        QVERIFY2(trained.exitCode == 0, qPrintable(trained.errors));
        const QJsonObject config = document("run/config.json");
        const QJsonObject model = config["settings"_L1]["model"_L1].toObject();
        QCOMPARE(model["architecture"_L1].toString(), u"script"_s);
        QCOMPARE(model["file"_L1].toString(), QString::fromStdString(path("my.pt").string()));
        QCOMPARE(config["provenance"_L1]["data"_L1]["own model"_L1].toString().size(), 64);
        QVERIFY(readFile(path("run/model.pt")) == readFile(path("my.pt")));
        const QJsonObject summary = document("run/summary.json");
        QCOMPARE(summary["rounds"_L1].toInt(), 3);
        QVERIFY(!summary["privacy"_L1].toArray().isEmpty());
        QVERIFY(!readFile(path("run/ledger.jsonl")).empty());
        const Outcome report = call({u"report"_s, u"run"_s, u"--out"_s, u"report"_s});
        QVERIFY2(report.exitCode == 0, qPrintable(report.errors));
        const Outcome audit = call({u"privacy"_s, u"audit"_s, u"run"_s, u"--clients"_s, u"5"_s});
        QVERIFY2(audit.exitCode == 0, qPrintable(audit.errors));
    }

    /// The same bits with one thread and with three.
    void anyNumberOfThreads()
    {
        for (const char* run : {"one", "three"}) {
            const Outcome trained =
                train(run, u"my.pt"_s, {u"--threads"_s, QByteArray(run) == "one" ? u"1"_s : u"3"_s});
            QVERIFY2(trained.exitCode == 0, qPrintable(trained.errors));
        }
        QVERIFY(document("one/summary.json")["test"_L1] == document("three/summary.json")["test"_L1]);
    }

    /// Whatever becomes of the user's file.
    void aRunKeepsItsModel()
    {
        QVERIFY(train("kept", u"my.pt"_s, {}).exitCode == 0);
        const QJsonValue test = document("kept/summary.json")["test"_L1];
        fs::rename(path("my.pt"), path("away.pt"));
        QCOMPARE(call({u"evaluate"_s, u"kept"_s, u"--json"_s}).json()["A"_L1]["ndcg@10"_L1],
            test["A"_L1]["ndcg@10"_L1]);
        fs::remove(path("kept/summary.json"));
        const Outcome resumed = call({u"train"_s, u"--resume"_s, u"--out"_s, u"kept"_s});
        QVERIFY2(resumed.exitCode == 0, qPrintable(resumed.errors));
        QVERIFY(document("kept/summary.json")["test"_L1] == test);

        writeFileAtomically(path("kept/model.pt"), readFile(path("away.pt")) + "x");
        for (const QStringList& command : {QStringList{u"evaluate"_s, u"kept"_s},
                 QStringList{u"train"_s, u"--resume"_s, u"--out"_s, u"kept"_s}}) {
            const Outcome refused = call(command);
            QCOMPARE(refused.exitCode, 2);
            VERIFY_MESSAGE(refused.errors.trimmed(), "the own model", "differ");
        }
        fs::rename(path("away.pt"), path("my.pt"));
    }

    void whatDoesNotFitIsRefused()
    {
        const Outcome missing = train("none", u"nowhere.pt"_s, {});
        QCOMPARE(missing.exitCode, 2);
        VERIFY_MESSAGE(missing.errors.trimmed(), "model.file", "nowhere.pt", "no such file");
        const Outcome larger = call(
            {u"data"_s, u"demo"_s, u"--out"_s, u"larger"_s, u"--users"_s, u"30"_s, u"--items"_s, u"130"_s});
        QCOMPARE(larger.exitCode, 0);
        const Outcome few =
            call(QStringList{u"train"_s, u"larger"_s, u"--model-file"_s, u"my.pt"_s, u"--out"_s, u"few"_s}
                + kQuick);
        QCOMPARE(few.exitCode, 2);
        VERIFY_MESSAGE(few.errors.trimmed(), "my.pt", "candidates", "260", "261 rows");
        const Outcome unnamed = call(QStringList{
            u"train"_s, u"ds"_s, u"--set"_s, u"model.architecture=script"_s, u"--out"_s, u"unnamed"_s});
        QCOMPARE(unnamed.exitCode, 2);
        VERIFY_MESSAGE(unnamed.errors.trimmed(), "model.file: is missing");
        for (const char* run : {"none", "few", "unnamed"})
            QVERIFY(!fs::exists(path(run)));
    }

    /// The example of the documentation, exported by Python here.
    void theExampleInPython()
    {
        const QString python = u"/usr/bin/python3"_s; // Debian's, which python3-torch is for
        if (test::run(python, {u"-c"_s, u"import torch"_s}).exitCode != 0)
            QSKIP("python3-torch is not installed");
        const Outcome exported = test::run(python,
            {QStringLiteral(FEDCCTR_SOURCE_DIR "/resources/examples/own_gru.py"), u"ds"_s, u"mine.pt"_s,
                u"8"_s},
            {.directory = m_folder.path()});
        QVERIFY2(exported.exitCode == 0, qPrintable(exported.errors));
        const Outcome trained = train("mine", u"mine.pt"_s,
            {u"--set"_s, u"federation.mode=central"_s, u"--set"_s, u"privacy.schedule=none"_s});
        QVERIFY2(trained.exitCode == 0, qPrintable(trained.errors));
        QCOMPARE(document("mine/summary.json")["parameters"_L1].toInt(), 221 * 9 + 2 * 3 * 8 * 9);
    }

private:
    Outcome train(const char* run, const QString& file, const QStringList& more) const
    {
        return call(
            QStringList{u"train"_s, u"ds"_s, u"--model-file"_s, file, u"--out"_s, QString::fromLatin1(run)}
            + kQuick + more);
    }

    fs::path path(const char* name) const { return test::pathIn(m_folder.path(), name); }

    QJsonObject document(const char* name) const
    {
        return QJsonDocument::fromJson(QByteArray::fromStdString(readFile(path(name)))).object();
    }

    Outcome call(const QStringList& arguments) const
    {
        return test::run(test::built("fedcctr"), arguments, {.directory = m_folder.path()});
    }

    QTemporaryDir m_folder;
};

std::unique_ptr<QObject> tst_own_model()
{
    return std::make_unique<TestOwnModel>();
}
#include "tst_own_model.moc"
