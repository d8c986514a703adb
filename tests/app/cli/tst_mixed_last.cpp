// SPDX-License-Identifier: GPL-3.0-or-later
// The protocol of held-out targets, from the import to the evaluation, with the real engine.
#include "core/data/dataset.h"
#include "core/data/summary.h"
#include "tests/fixtures/program.h"
#include "tests/fixtures/support.h"

#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr;
using test::Outcome;

namespace {

/// Forty users of three films and three books each and of the catalogue's other items in turn; the last event
/// is a film for every second one.
QByteArray interactions()
{
    QByteArray text = "user,item,domain,seq\n";
    for (int user = 0; user < 40; ++user) {
        const char* order = user % 2 == 0 ? "fbfbbf" : "bfbffb";
        for (int i = 0; order[i] != '\0'; ++i)
            text += "u%1,%2%3,%4,%5\n"_ba.replace("%1", QByteArray::number(user))
                        .replace("%2", QByteArray(1, order[i]))
                        .replace("%3", QByteArray::number((7 * user + 11 * i) % 60))
                        .replace("%4", order[i] == 'f' ? "films" : "books")
                        .replace("%5", QByteArray::number(i));
    }
    return text;
}

const QStringList kSmall{u"--set"_s, u"federation.mode=central"_s, u"--set"_s, u"privacy.schedule=none"_s,
    u"--set"_s, u"federation.rounds=2"_s, u"--set"_s, u"model.architecture=lr"_s, u"--set"_s,
    u"model.features=none"_s, u"--threads"_s, u"1"_s, u"--device"_s, u"cpu"_s};

} // namespace

class TestMixedLast : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QFile file(m_folder.filePath(u"interactions.csv"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(interactions());
        file.close();
        import("own", {});
        import("mixed", {u"--protocol"_s, u"mixed-last"_s});
        train("own");
        train("mixed");
    }

    void theDatasetTellsItsProtocol()
    {
        QVERIFY(data::load(path("own")).provenance.protocol == data::Protocol::LeaveOneOut);
        QVERIFY(data::load(path("mixed")).provenance.protocol == data::Protocol::MixedLast);
        QVERIFY(data::readSummary(path("mixed")).protocol == data::Protocol::MixedLast);
        const Outcome table = call({u"data"_s, u"stats"_s, u"mixed"_s});
        QVERIFY2(table.out.contains("protocol mixed-last"), table.out.constData());
        const QJsonObject stats = call({u"data"_s, u"stats"_s, u"mixed"_s, u"--json"_s}).json();
        QCOMPARE(stats["protocol"_L1].toString(), u"mixed-last"_s);
        for (const QJsonValue& domain : stats["domains"_L1].toArray())
            QCOMPARE(domain["test_instances"_L1].toInt(), 20);
    }

    /// A description of an older version, which names no protocol; and one that names an unknown one.
    void otherDescriptions()
    {
        const auto text = QString::fromStdString(readFile(path("own") / "dataset.json"));
        const auto withProtocol = [&](const QString& line) {
            QString changed = text;
            changed.replace(u"  \"protocol\": \"leave-one-out\",\n"_s, line);
            writeFileAtomically(path("own") / "dataset.json", changed.toStdString());
        };
        withProtocol({});
        QVERIFY(readFile(path("own") / "dataset.json").find("protocol") == std::string::npos);
        QVERIFY(data::load(path("own")).provenance.protocol == data::Protocol::LeaveOneOut);
        withProtocol(u"  \"protocol\": \"first\",\n"_s);
        VERIFY_MESSAGE(
            test::errorOf([&] { data::load(path("own")); }), "dataset.json", "unknown protocol", "first");
        writeFileAtomically(path("own") / "dataset.json", text.toStdString());
    }

    /// Every user has one test target, of the domain of the last event.
    void aTrainedRunIsJudgedByTheOtherProtocol()
    {
        const QJsonObject own = evaluated("own", {});
        QCOMPARE(targets(own), (std::array{40, 40}));
        const QStringList asked{u"--protocol"_s, u"mixed-last"_s, u"--negatives"_s, u"50"_s};
        const QJsonObject other = evaluated("own", asked);
        QCOMPARE(targets(other), (std::array{20, 20}));
        QCOMPARE(other["protocol"_L1].toString(), u"mixed-last, 50 negatives"_s);
        QCOMPARE(other["left_out"_L1].toInt(), 0);
        QVERIFY(other == evaluated("own", asked));
        QVERIFY(other["A"_L1] != evaluated("own", {u"--protocol"_s, u"mixed-last"_s})["A"_L1]);
        const Outcome table = call(QStringList{u"evaluate"_s, u"run-own"_s} + asked);
        QVERIFY2(table.out.contains("mixed-last, 50 negatives"), table.out.constData());
    }

    /// A mixed-last run was trained on the last film of those whose last event is a book.
    void whatWasTrainedOnIsLeftOut()
    {
        const QJsonObject judged = evaluated("mixed", {u"--protocol"_s, u"leave-one-out"_s});
        QCOMPARE(targets(judged), (std::array{20, 20}));
        QCOMPARE(judged["left_out"_L1].toInt(), 40);
    }

    void badOptions()
    {
        VERIFY_MESSAGE(failure({u"--protocol"_s, u"last"_s}), "--protocol", "mixed-last");
        VERIFY_MESSAGE(failure({u"--negatives"_s, u"58"_s}), "too few", "--negatives");
        VERIFY_MESSAGE(failure({u"--full-ranking"_s, u"--negatives"_s, u"9"_s}), "--negatives");
    }

private:
    std::filesystem::path path(const char* name) const { return test::pathIn(m_folder.path(), name); }

    void import(const char* out, const QStringList& more) const
    {
        const Outcome outcome =
            call(QStringList{u"data"_s, u"import"_s, u"--format"_s, u"csv"_s, u"--negatives"_s, u"30"_s,
                     u"--out"_s, QString::fromLatin1(out), u"interactions.csv"_s}
                + more);
        QVERIFY2(outcome.exitCode == 0, qPrintable(outcome.errors));
    }

    void train(const char* dataset) const
    {
        const QString name = QString::fromLatin1(dataset);
        const Outcome outcome = call(QStringList{u"train"_s, name, u"--out"_s, u"run-"_s + name} + kSmall);
        QVERIFY2(outcome.exitCode == 0, qPrintable(outcome.errors));
    }

    QJsonObject evaluated(const char* dataset, const QStringList& more) const
    {
        const Outcome outcome =
            call(QStringList{u"evaluate"_s, u"run-"_s + QString::fromLatin1(dataset), u"--json"_s} + more);
        return outcome.json();
    }

    static std::array<int, 2> targets(const QJsonObject& document)
    {
        return {document["A"_L1]["n"_L1].toInt(), document["B"_L1]["n"_L1].toInt()};
    }

    QString failure(const QStringList& more) const
    {
        const Outcome outcome = call(QStringList{u"evaluate"_s, u"run-own"_s} + more);
        return outcome.exitCode == 2 ? outcome.errors.trimmed() : QString();
    }

    Outcome call(const QStringList& arguments) const
    {
        return test::run(test::built("fedcctr"), arguments, {.directory = m_folder.path()});
    }

    QTemporaryDir m_folder;
};

std::unique_ptr<QObject> tst_mixed_last()
{
    return std::make_unique<TestMixedLast>();
}
#include "tst_mixed_last.moc"
