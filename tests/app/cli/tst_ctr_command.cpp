// SPDX-License-Identifier: GPL-3.0-or-later
// Click-through rates from the ratings of a demo to the report, with the real engine.
#include "tests/fixtures/program.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr;
using test::Outcome;

class TestCtrCommand : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QCOMPARE(call({"data", "demo", "--out", "demo", "--users", "60", "--items", "120"}).exitCode, 0);
    }

    void ratingsAreLabels()
    {
        const Outcome run = train("stars", {u"data.label=rating"_s, u"data.target=B"_s});
        QCOMPARE(run.exitCode, 0);
        QVERIFY(run.out.contains("the label is a rating of at least 4"));
        QVERIFY(run.out.contains("log-loss"));
        const QJsonObject test = call({"evaluate", "stars", "--json"}).json();
        QVERIFY(test["A"].toObject().isEmpty());
        const QJsonObject b = test["B"].toObject();
        QCOMPARE(b["ctr_n"].toInt(), 60);
        QVERIFY(!b.contains("ctr_gauc")); // one label for each user
        const QJsonArray interval = b["ctr_auc_ci95"].toArray();
        QVERIFY(interval[0].toDouble() <= b["ctr_auc"].toDouble());
        QVERIFY(b["ctr_auc"].toDouble() <= interval[1].toDouble());
        double samples = 0;
        for (const auto bin : b["ctr_reliability"].toArray())
            samples += bin.toArray()[2].toDouble();
        QCOMPARE(samples, 60.0);
    }

    void clicksStandAgainstASampledItem()
    {
        const Outcome run = train("clicks", {});
        QVERIFY(run.out.contains("each click against one sampled item, drawn once"));
        const QJsonObject a = call({"evaluate", "clicks", "--json"}).json()["A"].toObject();
        QCOMPARE(a["ctr_n"].toInt(), 120);
        QVERIFY(a.contains("ctr_gauc"));
        const Outcome again = call({"evaluate", "clicks", "--json"});
        QVERIFY(again.json()["A"].toObject() == a);
    }

    void theReportHasThem()
    {
        QCOMPARE(call({"report", "stars", "clicks", "--out", "report"}).exitCode, 0);
        QFile table(m_folder.filePath(u"report/ctr.csv"_s));
        QVERIFY(table.open(QIODevice::ReadOnly));
        const QByteArray rows = table.readAll();
        QCOMPARE(rows.count('\n'), 4); // a title, a domain of one run and both of the other
        QVERIFY(rows.contains("ratings of at least 4"));
        QVERIFY(QFile::exists(m_folder.filePath(u"report/stars-reliability.png"_s)));
    }

    void datasetsWithoutRatings()
    {
        QFile file(m_folder.filePath(u"plain.csv"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QByteArray text = "user,item,domain,seq\n";
        for (int user = 0; user < 20; ++user)
            for (int i = 0; i < 8; ++i)
                text += "u%1,%2%3,%4,%5\n"_ba.replace("%1", QByteArray::number(user))
                            .replace("%2", i % 2 == 0 ? "f" : "b")
                            .replace("%3", QByteArray::number((5 * user + 7 * i) % 30))
                            .replace("%4", i % 2 == 0 ? "films" : "books")
                            .replace("%5", QByteArray::number(i));
        file.write(text);
        file.close();
        QCOMPARE(
            call({"data", "import", "--format", "csv", "--negatives", "10", "--out", "plain", "plain.csv"})
                .exitCode,
            0);
        const Outcome refused = call({"train", "plain", "--preset", "din", "--set", "data.label=rating",
            "--set", "model.features=none", "--out", "none"});
        QVERIFY(refused.exitCode != 0);
        QVERIFY(refused.errors.contains(u"import it with a column 'rating'"_s));
        QVERIFY(!QFile::exists(m_folder.filePath(u"none"_s)));
    }

    void whatIsRetrieved()
    {
        const Outcome curve = call({"data", "retrieval", "demo", "--json"});
        QCOMPARE(curve.exitCode, 0);
        QVERIFY(call({"data", "retrieval", "demo"}).out.contains("users without"));
        const Outcome user = call({"data", "retrieval", "demo", "--user", "user-7", "--theta", "0.1"});
        QVERIFY(user.out.contains("source events are retrieved"));
        QVERIFY(user.out.contains("<-"));
        QVERIFY(call({"data", "retrieval", "demo", "--user", "user-7", "--hard", "--target", "A"})
                    .out.contains("source events"));
        QVERIFY(call({"data", "retrieval", "demo", "--user", "me"}).errors.contains(u"no user 'me'"_s));
        QVERIFY(call({"data", "retrieval", "demo", "--target", "C"}).errors.contains(u"'C' is not A or B"_s));
        QVERIFY(call({"data", "retrieval"}).errors.contains(u"one dataset is needed"_s));
        QVERIFY(call({"data", "retrieval", "demo", "--vectors", "glove"}).errors.contains(u"glove"_s));
    }

private:
    Outcome call(const QStringList& words) const
    {
        return test::run(test::built("fedcctr"), words, {.directory = m_folder.path()});
    }

    Outcome train(const QString& out, const QStringList& settings) const
    {
        QStringList words{u"train"_s, u"demo"_s, u"--preset"_s, u"ral-cdnet"_s, u"--set"_s,
            u"federation.rounds=2"_s, u"--threads"_s, u"1"_s, u"--device"_s, u"cpu"_s, u"--out"_s, out};
        for (const QString& setting : settings)
            words << u"--set"_s << setting;
        return call(words);
    }

    QTemporaryDir m_folder;
};

std::unique_ptr<QObject> tst_ctr_command()
{
    return std::make_unique<TestCtrCommand>();
}
#include "tst_ctr_command.moc"
