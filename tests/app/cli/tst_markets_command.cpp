// SPDX-License-Identifier: GPL-3.0-or-later
// Markets from the demo to the report, with the real engine.
#include "tests/fixtures/program.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <csignal>
#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr;
using test::Outcome;

class TestMarketsCommand : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QCOMPARE(call({u"data"_s, u"demo"_s, u"--markets"_s, u"3"_s, u"--users"_s, u"60"_s, u"--items"_s,
                          u"120"_s, u"--out"_s, u"ds"_s})
                     .exitCode,
            0);
    }

    void statisticsByMarket()
    {
        const QJsonObject all = call({u"data"_s, u"stats"_s, u"ds"_s, u"--json"_s}).json();
        QCOMPARE(all["markets"].toArray().size(), 3);
        QCOMPARE(all["markets"][0]["users"].toInt(), 60);
        QVERIFY(call({u"data"_s, u"stats"_s, u"ds"_s}).out.contains("shared items"));
    }

    void fedMmTrains()
    {
        const Outcome run = train(u"fedmm"_s, {});
        QCOMPARE(run.exitCode, 0);
        QVERIFY(run.out.contains("item-KNN"));
        const QJsonObject summary = summaryOf(u"fedmm"_s);
        const QJsonArray markets = summary["markets"].toArray();
        QCOMPARE(markets.size(), 3);
        double mean = 0;
        for (const auto each : markets) {
            const QJsonObject market = each.toObject();
            mean += market["test"]["ndcg@10"].toDouble() / 3;
            QVERIFY(market["reference"]["item-knn"]["ndcg@10"].isDouble());
        }
        QVERIFY(std::abs(mean - summary["test"]["A"]["ndcg@10"].toDouble()) < 1e-9);
        QCOMPARE(summary["clients"].toInt(), 3);
        QVERIFY(summary["uploaded"].toInt() > 0);
        QVERIFY(QFile::exists(path(u"fedmm/codes/ca.csv"_s)));
    }

    /// Killed in the middle, and gone on with, it comes to the same numbers.
    void killedAndResumed()
    {
        const QStringList slower{
            u"--set"_s, u"federation.rounds=40"_s, u"--set"_s, u"run.checkpoint_every=2"_s};
        QCOMPARE(train(u"whole"_s, slower).exitCode, 0);
        test::Program program(test::built("fedcctr"),
            QStringList{u"train"_s, u"ds"_s, u"--out"_s, u"killed"_s, u"--json-lines"_s} + settings()
                + slower,
            {.directory = m_folder.path()});
        QVERIFY(program.waitForOutput("\"round\":15,"));
        program.signal(SIGKILL);
        program.end();
        QVERIFY(!QFile::exists(path(u"killed/summary.json"_s)));
        const Outcome rest = call({u"train"_s, u"--out"_s, u"killed"_s, u"--resume"_s, u"--take-over"_s});
        QCOMPARE(rest.exitCode, 0);
        QVERIFY(summaryOf(u"killed"_s)["test"] == summaryOf(u"whole"_s)["test"]);
        QVERIFY(summaryOf(u"killed"_s)["markets"] == summaryOf(u"whole"_s)["markets"]);
    }

    void whoseEpsilonItIs()
    {
        const QStringList noise{u"--set"_s, u"market.method=fedavg"_s, u"--set"_s,
            u"privacy.schedule=static"_s, u"--set"_s, u"privacy.adversary=aggregate"_s, u"--set"_s,
            u"privacy.accountant=gaussian"_s, u"--set"_s, u"privacy.epsilon=50"_s};
        const Outcome run = train(u"noisy"_s, noise);
        QCOMPARE(run.exitCode, 0);
        QVERIFY(run.out.contains("of a person in the market that spent most"));
        const QJsonArray spends = summaryOf(u"noisy"_s)["markets"][1]["privacy"].toArray();
        QVERIFY(!spends.isEmpty());
    }

    void theReportHasThem()
    {
        QCOMPARE(call({u"report"_s, u"fedmm"_s, u"--out"_s, u"report"_s}).exitCode, 0);
        QFile table(path(u"report/markets.csv"_s));
        QVERIFY(table.open(QIODevice::ReadOnly));
        QCOMPARE(table.readAll().count('\n'), 4);
        QVERIFY(QFile::exists(path(u"report/codebooks.png"_s)));
        QVERIFY(QFile::exists(path(u"report/markets.png"_s)));
    }

    void whatDoesNotFit()
    {
        const Outcome user = call({u"train"_s, u"ds"_s, u"--preset"_s, u"dnn"_s, u"--out"_s, u"user"_s});
        QCOMPARE(user.exitCode, 2);
        QVERIFY(test::isOneLine(user.errors) && user.errors.contains(u"federation.client"));
        QVERIFY(!QFile::exists(path(u"user"_s)));
        QCOMPARE(
            call({u"data"_s, u"demo"_s, u"--users"_s, u"40"_s, u"--items"_s, u"120"_s, u"--out"_s, u"two"_s})
                .exitCode,
            0);
        const Outcome silo = call(QStringList{u"train"_s, u"two"_s, u"--out"_s, u"silo"_s} + settings());
        QCOMPARE(silo.exitCode, 0);
        const QJsonArray domains = summaryOf(u"silo"_s)["markets"].toArray();
        QCOMPARE(domains.size(), 2);
        QCOMPARE(domains[1].toObject()["name"].toString(), u"Movies"_s);
        const Outcome evaluated = call({u"evaluate"_s, u"fedmm"_s});
        QCOMPARE(evaluated.exitCode, 2);
        QVERIFY(test::isOneLine(evaluated.errors) && evaluated.errors.contains(u"markets"));
    }

private:
    static QStringList settings()
    {
        QStringList all{u"--preset"_s, u"fedmm"_s};
        for (const QString& one :
            {u"federation.rounds=4"_s, u"fedmm.rounds=3"_s, u"fedmm.embedding_epochs=20"_s,
                u"model.id_width=8"_s, u"model.mlp=8"_s, u"fedmm.codes=8"_s, u"fedmm.local_codes=8"_s})
            all += {u"--set"_s, one};
        return all;
    }

    Outcome call(const QStringList& arguments) const
    {
        return test::run(test::built("fedcctr"), arguments, {.directory = m_folder.path()});
    }

    Outcome train(const QString& out, const QStringList& more) const
    {
        return call(QStringList{u"train"_s, u"ds"_s, u"--out"_s, out} + settings() + more);
    }

    QString path(const QString& name) const { return m_folder.filePath(name); }

    QJsonObject summaryOf(const QString& run) const
    {
        QFile file(path(run + u"/summary.json"_s));
        return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object()
                                              : QJsonObject();
    }

    QTemporaryDir m_folder;
};

std::unique_ptr<QObject> tst_markets_command()
{
    return std::make_unique<TestMarketsCommand>();
}
#include "tst_markets_command.moc"
