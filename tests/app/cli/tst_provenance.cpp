// SPDX-License-Identifier: GPL-3.0-or-later
// What a run was trained on: with the real engine, whose data are replaced, moved, redrawn and augmented
// under its runs.
#include "core/augment/augmentation.h"
#include "core/augment/shelf.h"
#include "core/data/fingerprint.h"
#include "tests/fixtures/program.h"
#include "tests/fixtures/support.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr;
using test::Outcome;
namespace fs = std::filesystem;

namespace {

constexpr const char* kConfig = R"({
  "model": {"features": "tokens", "id_width": 8, "feature_width": 4, "position_width": 4, "heads": 1, "mlp": "8",
            "history": 8},
  "federation": {"mode": "central", "rounds": 4},
  "privacy": {"schedule": "none"},
  "run": {"threads": 1, "device": "cpu", "evaluate_every": 2, "checkpoint_every": 2, "snapshots": 0}
})";

} // namespace

class TestProvenance : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        QFile config(m_folder.filePath(u"config.json"_s));
        QVERIFY(config.open(QIODevice::WriteOnly));
        config.write(kConfig);
        config.close();
        demo("first", 1);
        demo("second", 2);
        copy("first", "ds");
        train("plain");
    }

    /// Every test begins with the dataset that "plain" was trained on, and as it was.
    void init() { copy("first", "ds"); }

    void aRunRecordsWhatItWasTrainedOn()
    {
        const QJsonObject data = dataOf("plain");
        const data::Fingerprint fingerprint = data::fingerprintOf(path("ds"));
        QCOMPARE(fingerprint.size(), std::size_t(4));
        for (const auto& [part, checksum] : fingerprint)
            QCOMPARE(data[QString::fromStdString(part)].toString(), QString::fromStdString(checksum));
        QCOMPARE(data["augmentation"_L1].toString(), u"none"_s);
        // The same content at another place and under another name is the same.
        demo("again", 1);
        QVERIFY(data::fingerprintOf(path("again")) == fingerprint);
        QVERIFY(data::fingerprintOf(path("second")) != fingerprint);
    }

    void otherDataAreRefused_data()
    {
        QTest::addColumn<QString>("change");
        QTest::addColumn<QStringList>("named");
        QTest::addColumn<QStringList>("unnamed");
        QTest::newRow("another dataset of the same size")
            << u"dataset"_s << QStringList{u"interactions"_s, u"items"_s, u"candidates"_s} << QStringList();
        QTest::newRow("a title") << u"title"_s << QStringList{u"items"_s}
                                 << QStringList{u"interactions"_s, u"candidates"_s};
        QTest::newRow("candidates drawn anew")
            << u"candidates"_s << QStringList{u"candidates"_s} << QStringList{u"interactions"_s, u"items"_s};
        QTest::newRow("the order of a user's events")
            << u"order"_s << QStringList{u"interactions"_s} << QStringList{u"items"_s, u"candidates"_s};
    }

    void otherDataAreRefused()
    {
        QFETCH(QString, change);
        QFETCH(QStringList, named);
        QFETCH(QStringList, unnamed);
        replaceBy(change);
        copy("plain", "broken-off");
        fs::remove(path("broken-off") / "summary.json");
        for (const QStringList& command : {QStringList{u"evaluate"_s, u"plain"_s},
                 QStringList{u"train"_s, u"--resume"_s, u"--out"_s, u"broken-off"_s},
                 QStringList{u"embed"_s, u"plain"_s, u"--out"_s, u"e.json"_s},
                 QStringList{u"privacy"_s, u"audit"_s, u"plain"_s}}) {
            const Outcome refused = call(command);
            QCOMPARE(refused.exitCode, 2);
            QCOMPARE(refused.out, QByteArray());
            for (const QString& part : named)
                QVERIFY2(refused.errors.contains(u"the "_s + part), qPrintable(refused.errors));
            for (const QString& part : unnamed)
                QVERIFY2(!refused.errors.contains(u"the "_s + part), qPrintable(refused.errors));
        }
        copy("first", "ds");
        QCOMPARE(ndcgOf("plain"), ndcgInSummary("plain"));
        QCOMPARE(call({u"report"_s, u"plain"_s, u"--out"_s, u"report"_s}).exitCode, 0);
    }

    void reportsNeedNoData()
    {
        replaceBy(u"dataset"_s);
        QCOMPARE(call({u"report"_s, u"plain"_s, u"--out"_s, u"report-of-other-data"_s}).exitCode, 0);
    }

    /// Files that the settings name are data too, where the model reads them.
    void otherVectorsAreRefused()
    {
        const data::Dataset dataset = data::load(path("ds"));
        const auto writeVectors = [&](double shift) {
            std::string text;
            for (std::size_t i = 0; i < dataset.items.size(); ++i)
                text +=
                    dataset.items[i].id + ',' + std::to_string(static_cast<double>(i % 7) + shift) + ",1\n";
            writeFileAtomically(path("vectors.csv"), text);
        };
        const QString file = QString::fromStdString(path("vectors.csv").string());
        writeVectors(0.5);
        train(
            "described", {u"--set"_s, u"model.features=text"_s, u"--set"_s, u"model.vectors_file="_s + file});
        train("undescribed", {u"--set"_s, u"model.vectors_file="_s + file});
        writeVectors(0.25);
        const Outcome refused = call({u"evaluate"_s, u"described"_s});
        QCOMPARE(refused.exitCode, 2);
        QVERIFY2(refused.errors.contains(u"the item vectors"_s), qPrintable(refused.errors));
        QCOMPARE(ndcgOf("undescribed"), ndcgInSummary("undescribed")); // it does not read them
        writeVectors(0.5);
        QCOMPARE(ndcgOf("described"), ndcgInSummary("described"));
    }

    void aMovedDatasetIsChecked()
    {
        fs::rename(path("ds"), path("elsewhere"));
        const Outcome missing = call({u"evaluate"_s, u"plain"_s});
        QCOMPARE(missing.exitCode, 2);
        QVERIFY2(missing.errors.contains(u"--dataset"_s), qPrintable(missing.errors));
        QCOMPARE(ndcgOf("plain", {u"--dataset"_s, u"elsewhere"_s}), ndcgInSummary("plain"));
        const Outcome other = call({u"evaluate"_s, u"plain"_s, u"--dataset"_s, u"second"_s});
        QCOMPARE(other.exitCode, 2);
        QVERIFY2(other.errors.contains(u"the interactions"_s), qPrintable(other.errors));
        fs::remove_all(path("elsewhere"));
    }

    void aSweepStaysOnItsData()
    {
        const QStringList sweep{u"sweep"_s, u"ds"_s, u"--config"_s, u"config.json"_s, u"--set"_s,
            u"federation.rounds=2"_s, u"--out"_s, u"sweep"_s, u"--grid"_s};
        QCOMPARE(call(sweep + QStringList{u"loss.lambda1=0.1"_s}).exitCode, 0);
        replaceBy(u"title"_s);
        const Outcome refused = call(sweep + QStringList{u"loss.lambda1=0.1,0.2"_s});
        QCOMPARE(refused.exitCode, 2);
        QVERIFY2(refused.errors.contains(u"the items"_s), qPrintable(refused.errors));
        QCOMPARE(call({u"sweep"_s, u"--continue"_s, u"sweep"_s}).exitCode, 2);
        copy("first", "ds");
        QCOMPARE(call({u"augment"_s, u"ds"_s}).exitCode, 0);
        const Outcome augmented = call(sweep + QStringList{u"loss.lambda1=0.1,0.2"_s});
        QCOMPARE(augmented.exitCode, 2);
        QVERIFY2(augmented.errors.contains(u"the augmentation"_s), qPrintable(augmented.errors));
        QCOMPARE(call({u"augment"_s, u"ds"_s, u"--remove"_s, u"own"_s}).exitCode, 0);
        QCOMPARE(call({u"augment"_s, u"ds"_s, u"--name"_s, u"other"_s}).exitCode, 0); // none of its business
        QCOMPARE(call(sweep + QStringList{u"loss.lambda1=0.1,0.2"_s}).exitCode, 0);
        QCOMPARE(call({u"sweep"_s, u"--continue"_s, u"sweep"_s}).exitCode, 0);
    }

    void anEarlierRunStaysUnaugmented()
    {
        const double before = ndcgOf("plain");
        QCOMPARE(call({u"augment"_s, u"ds"_s}).exitCode, 0);
        QCOMPARE(ndcgOf("plain"), before);
        train("augmented");
        QCOMPARE(dataOf("augmented")["augmentation"_L1].toString().toStdString(),
            augment::augmentationChecksum(path("ds"), {}).value());
        QVERIFY(!summaryOf("augmented")["augmentation"_L1].isNull());
        const QJsonObject audit =
            QJsonDocument::fromJson(call({u"embed"_s, u"plain"_s, u"--out"_s, u"plain.json"_s}).out).object();
        QVERIFY(audit.isEmpty() && fs::exists(path("plain.json")));
    }

    void aRunFindsItsOwnAugmentation()
    {
        QCOMPARE(call({u"augment"_s, u"ds"_s}).exitCode, 0);
        train("early");
        const std::string first = augment::augmentationChecksum(path("ds"), {}).value();
        QCOMPARE(call({u"augment"_s, u"ds"_s, u"--seed"_s, u"9"_s, u"--candidates"_s, u"20"_s}).exitCode, 0);
        const std::string second = augment::augmentationChecksum(path("ds"), {}).value();
        QVERIFY(first != second);
        QCOMPARE(augment::augmentationNames(path("ds")), std::vector{"own-" + first.substr(0, 8)});
        train("late");
        QCOMPARE(dataOf("late")["augmentation"_L1].toString().toStdString(), second);
        QCOMPARE(ndcgOf("early"), ndcgInSummary("early"));
        QCOMPARE(ndcgOf("late"), ndcgInSummary("late"));

        // Broken off before its last checkpoint and resumed: the same as at one go.
        copy("early", "resumed");
        fs::remove(path("resumed") / "summary.json");
        QCOMPARE(call({u"train"_s, u"--resume"_s, u"--out"_s, u"resumed"_s}).exitCode, 0);
        QCOMPARE(summaryOf("resumed")["test"_L1], summaryOf("early")["test"_L1]);
        QCOMPARE(summaryOf("resumed")["augmentation"_L1], summaryOf("early")["augmentation"_L1]);

        // Taken away it is missed, and only by the run that needs it.
        const QString kept = u"own-"_s + QString::fromStdString(first.substr(0, 8));
        QCOMPARE(call({u"augment"_s, u"ds"_s, u"--remove"_s, kept}).exitCode, 0);
        const Outcome missing = call({u"evaluate"_s, u"early"_s});
        QCOMPARE(missing.exitCode, 2);
        QVERIFY2(missing.errors.contains(QString::fromStdString(first)), qPrintable(missing.errors));
        QVERIFY2(missing.errors.contains(u"--restore"_s), qPrintable(missing.errors));
        QCOMPARE(ndcgOf("late"), ndcgInSummary("late"));
        QCOMPARE(ndcgOf("plain"), ndcgInSummary("plain"));
        QCOMPARE(call({u"augment"_s, u"ds"_s, u"--restore"_s}).exitCode, 0);
        QCOMPARE(ndcgOf("early"), ndcgInSummary("early"));
    }

    void aNamedAugmentationIsKeptToo()
    {
        const QStringList named{u"augment"_s, u"ds"_s, u"--name"_s, u"5"_s};
        QCOMPARE(call(named + QStringList{u"--candidates"_s, u"5"_s}).exitCode, 0);
        train("named", {u"--set"_s, u"augment.name=5"_s});
        QCOMPARE(call(named + QStringList{u"--candidates"_s, u"20"_s}).exitCode, 0);
        QCOMPARE(ndcgOf("named"), ndcgInSummary("named"));
        QCOMPARE(augment::augmentationNames(path("ds")).size(), std::size_t(2));
    }

    /// What a run does not use may change or be damaged.
    void whatIsNotUsedDoesNotMatter()
    {
        QCOMPARE(call({u"augment"_s, u"ds"_s}).exitCode, 0);
        QStringList off;
        for (const char* part : {"items", "profiles", "sequences", "negatives"})
            off << u"--set"_s << u"augment.%1=false"_s.arg(QLatin1String(part));
        train("unused", off);
        QCOMPARE(dataOf("unused")["augmentation"_L1].toString(), u"none"_s);
        writeFileAtomically(augment::augmentationFile(path("ds")), "damaged");
        writeFileAtomically(path("ds") / "augmentation.sqlite", "anything");
        QCOMPARE(ndcgOf("unused"), ndcgInSummary("unused"));
        QCOMPARE(ndcgOf("plain"), ndcgInSummary("plain"));
    }

    void olderRunsStillOpen()
    {
        copy("plain", "old");
        // Settings and provenance in one object, and no checksums.
        const QJsonObject document = documentIn("old/config.json");
        QJsonObject config = document["settings"_L1].toObject();
        config[u"dataset"_s] = document["provenance"_L1]["dataset"_L1];
        config[u"version"_s] = u"0.1.0"_s;
        QVERIFY(!config["dataset"_L1].toString().isEmpty());
        QFile file(m_folder.filePath(u"old/config.json"_s));
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(QJsonDocument(config).toJson());
        file.close();
        // It was trained without, as its summary tells.
        QCOMPARE(call({u"augment"_s, u"ds"_s}).exitCode, 0);
        const Outcome outcome = call({u"evaluate"_s, u"old"_s, u"--json"_s});
        QCOMPARE(outcome.exitCode, 0);
        QCOMPARE(outcome.errors.count(u'\n'), 1);
        QVERIFY2(outcome.errors.contains(u"cannot be checked"_s), qPrintable(outcome.errors));
        QCOMPARE(ndcgOf("old"), ndcgInSummary("plain"));
        QCOMPARE(call({u"evaluate"_s, u"plain"_s, u"--json"_s}).errors, QString());
    }

    void theShelfIsListed()
    {
        const auto names = [this] {
            QStringList found;
            const Outcome outcome = call({u"augment"_s, u"ds"_s, u"--list"_s, u"--json"_s});
            for (const QJsonValue& each : outcome.json()["augmentations"_L1].toArray())
                found << each["name"_L1].toString();
            return found;
        };
        QCOMPARE(names(), QStringList());
        QCOMPARE(call({u"augment"_s, u"ds"_s}).exitCode, 0);
        QCOMPARE(call({u"augment"_s, u"ds"_s, u"--name"_s, u"b"_s}).exitCode, 0);
        QCOMPARE(names(), (QStringList{u"own"_s, u"b"_s}));
        const Outcome plain = call({u"augment"_s, u"ds"_s, u"--list"_s});
        QCOMPARE(plain.out.count('\n'), 2);
        QVERIFY(plain.out.contains("offline (no LLM)"));
        for (const QStringList& wrong : {QStringList{u"--remove"_s, u"none-such"_s},
                 QStringList{u"--remove"_s, u"../ds"_s}, QStringList{u"--restore"_s},
                 QStringList{u"--list"_s, u"--restore"_s}, QStringList{u"--name"_s, u"own"_s}}) {
            const Outcome refused = call(QStringList{u"augment"_s, u"ds"_s} + wrong);
            QCOMPARE(refused.exitCode, 2);
            QCOMPARE(refused.errors.count(u'\n'), 1);
        }
        QCOMPARE(names(), (QStringList{u"own"_s, u"b"_s}));
    }

private:
    fs::path path(const char* name) const { return test::pathIn(m_folder.path(), name); }

    void copy(const char* from, const char* to) const
    {
        fs::remove_all(path(to));
        fs::copy(path(from), path(to), fs::copy_options::recursive);
    }

    void demo(const char* name, int seed) const
    {
        const Outcome made = call({u"data"_s, u"demo"_s, u"--out"_s, QString::fromLatin1(name), u"--users"_s,
            u"60"_s, u"--items"_s, u"110"_s, u"--seed"_s, QString::number(seed)});
        QVERIFY2(made.exitCode == 0, qPrintable(made.errors));
    }

    void train(const char* run, const QStringList& more = {}) const
    {
        fs::remove_all(path(run));
        const Outcome done = call(QStringList{u"train"_s, u"ds"_s, u"--config"_s, u"config.json"_s,
                                      u"--out"_s, QString::fromLatin1(run)}
            + more);
        QVERIFY2(done.exitCode == 0, qPrintable(done.errors));
    }

    /// Changes one thing of "ds", all counts staying as they are.
    void replaceBy(const QString& what) const
    {
        if (what == "dataset"_L1) {
            copy("second", "ds");
            return;
        }
        data::Dataset dataset = data::load(path("ds"));
        if (what == "title"_L1)
            dataset.items[3].title += " again";
        else if (what == "order"_L1)
            std::swap(dataset.allEvents[0].item, dataset.allEvents[1].item);
        else
            for (auto& rows : dataset.negatives[data::index(data::Split::Test)])
                std::ranges::reverse(rows.editable());
        data::save(dataset, path("ds"));
    }

    QJsonObject documentIn(const char* name) const
    {
        QFile file(m_folder.filePath(QString::fromLatin1(name)));
        return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object()
                                              : QJsonObject();
    }
    QJsonObject summaryOf(const char* run) const
    {
        return documentIn((std::string(run) + "/summary.json").c_str());
    }
    QJsonObject dataOf(const char* run) const
    {
        return documentIn((std::string(run) + "/config.json").c_str())["provenance"_L1]["data"_L1].toObject();
    }

    static double ndcgIn(const QJsonObject& domains) { return domains["A"_L1]["ndcg@10"_L1].toDouble(-1); }
    double ndcgInSummary(const char* run) const { return ndcgIn(summaryOf(run)["test"_L1].toObject()); }

    /// As 'evaluate' finds it now; -2 where it fails.
    double ndcgOf(const char* run, const QStringList& more = {}) const
    {
        const Outcome outcome =
            call(QStringList{u"evaluate"_s, QString::fromLatin1(run), u"--json"_s} + more);
        return outcome.exitCode == 0 ? ndcgIn(outcome.json()) : -2;
    }

    Outcome call(const QStringList& arguments) const
    {
        return test::run(test::built("fedcctr"), arguments, {.directory = m_folder.path()});
    }

    QTemporaryDir m_folder;
};

std::unique_ptr<QObject> tst_provenance()
{
    return std::make_unique<TestProvenance>();
}
#include "tst_provenance.moc"
