// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runs/engineprocess.h"
#include "tests/fixtures/hand.h"

#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <memory>
#include <utility>

using namespace Qt::StringLiterals;
namespace runs = fedcctr::runs;
using namespace fedcctr::studio;

class TestEngineProcess : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    RunSetup scripted(const QJsonObject& script)
    {
        QFile file(m_folder->filePath(u"fake.json"_s));
        if (!file.open(QIODevice::WriteOnly) || file.write(QJsonDocument(script).toJson()) < 0)
            qFatal("the script cannot be written");
        return {m_folder->path(), u"demo"_s, {u"loss.lambda1=0.2"_s, u"run.seed=3"_s},
            m_folder->filePath(u"run"_s), false};
    }
    static QString engine() { return QStringLiteral(FEDCCTR_BIN_DIR "/fake_engine"); }

    static RunEnd ending(QSignalSpy& spy) { return spy.last().first().value<RunEnd>(); }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void aRunFromHelloToSummary()
    {
        EngineProcess process(engine());
        QSignalSpy hello(&process, &EngineProcess::helloReceived);
        QSignalSpy references(&process, &EngineProcess::referenceReceived);
        QSignalSpy rounds(&process, &EngineProcess::roundReceived);
        QSignalSpy ended(&process, &EngineProcess::ended);
        process.start(scripted({{u"rounds"_s, 30}, {u"round_ms"_s, 1}}));
        QCOMPARE(process.state(), std::optional(RunState::Starting));
        QTRY_COMPARE(ended.size(), 1);
        QVERIFY(!process.isActive());
        QCOMPARE(hello.size(), 1);
        const auto greeting = hello.first().first().value<HelloMessage>();
        QCOMPARE(greeting.domains[1], std::string("Movies"));
        QCOMPARE(greeting.rounds, 30);
        QCOMPARE(greeting.users, 600);
        QCOMPARE(references.size(), 3);
        QCOMPARE(rounds.size(), 30);
        const auto last = rounds.last().first().value<RoundRecord>();
        QCOMPARE(last.round, 30);
        QVERIFY(last.budget && std::isfinite(last.sigma) && isMeasured(last.evaluation[0]));
        QVERIFY(last.evaluation[0].interval()->first < last.evaluation[0].at("ndcg@10"));
        QVERIFY(!isMeasured(rounds.first().first().value<RoundRecord>().evaluation[0]));
        QCOMPARE(ending(ended).kind, RunState::Finished);
        QVERIFY(ending(ended).summary);
        QFile arguments(m_folder->filePath(u"run/arguments.txt"_s));
        QVERIFY(arguments.open(QIODevice::ReadOnly));
        const QByteArray words = arguments.readAll();
        for (const char* word :
            {"\"train\"", "\"--json-lines\"", "\"--preset\",\"demo\"", "\"--set\",\"loss.lambda1=0.2\""})
            QVERIFY2(words.contains(word), words.constData());
    }

    void pauseResumeAndStop()
    {
        EngineProcess process(engine());
        QSignalSpy rounds(&process, &EngineProcess::roundReceived);
        QSignalSpy ended(&process, &EngineProcess::ended);
        process.start(scripted({{u"rounds"_s, 100000}, {u"round_ms"_s, 2}}));
        QTRY_VERIFY(rounds.size() > 3);
        QCOMPARE(process.state(), std::optional(RunState::Running));
        process.pause();
        QCOMPARE(process.state(), std::optional(RunState::Pausing));
        QTRY_COMPARE(process.state(), std::optional(RunState::Paused));
        // A round may be on its way; then none comes any more.
        auto count = rounds.size();
        QTRY_VERIFY(
            fedcctr::test::staysTrue([&] { return rounds.size() == std::exchange(count, rounds.size()); }));
        process.resume();
        QTRY_COMPARE(process.state(), std::optional(RunState::Running));
        QTRY_VERIFY(rounds.size() > count + 3);
        process.stop();
        QCOMPARE(process.state(), std::optional(RunState::Stopping));
        QTRY_COMPARE(ended.size(), 1);
        QCOMPARE(ending(ended).kind, RunState::Stopped);
    }

    void stopWhilePaused()
    {
        EngineProcess process(engine());
        QSignalSpy ended(&process, &EngineProcess::ended);
        process.start(scripted({{u"rounds"_s, 100000}, {u"round_ms"_s, 2}}));
        QTRY_COMPARE(process.state(), std::optional(RunState::Running));
        process.pause();
        QTRY_COMPARE(process.state(), std::optional(RunState::Paused));
        process.stop();
        QTRY_COMPARE(ended.size(), 1);
    }

    void settingsReachTheEngine()
    {
        EngineProcess process(engine());
        QSignalSpy events(&process, &EngineProcess::eventReceived);
        process.start(scripted({{u"rounds"_s, 100000}, {u"round_ms"_s, 2}}));
        QTRY_COMPARE(process.state(), std::optional(RunState::Running));
        process.set(u"loss.lambda2"_s, 0.125);
        const auto told = [&events] {
            return std::ranges::any_of(events, [](const QList<QVariant>& arguments) {
                const auto event = arguments.first().value<EventMessage>();
                return event.event == EventKind::Setting && event.key == runs::kLambda2Key
                    && event.value == 0.125;
            });
        };
        QTRY_VERIFY(told());
    }

    void aCrashFailsWithTheLastWords()
    {
        EngineProcess process(engine());
        QSignalSpy rounds(&process, &EngineProcess::roundReceived);
        QSignalSpy ended(&process, &EngineProcess::ended);
        process.start(
            scripted({{u"rounds"_s, 40}, {u"round_ms"_s, 1}, {u"mode"_s, u"crash"_s}, {u"at"_s, 20}}));
        QTRY_COMPARE(ended.size(), 1);
        QCOMPARE(rounds.size(), 20);
        QCOMPARE(ending(ended).kind, RunState::Failed);
        QVERIFY2(
            ending(ended).message.contains(u"illegal memory access"_s), qPrintable(ending(ended).message));
        QVERIFY(ending(ended).log.contains(u"step 1 is fine"_s));

        RunSetup again = scripted({{u"rounds"_s, 40}, {u"round_ms"_s, 1}});
        again.resume = true;
        QSignalSpy hello(&process, &EngineProcess::helloReceived);
        process.start(again);
        QTRY_COMPARE(ended.size(), 2);
        QCOMPARE(ending(ended).kind, RunState::Finished);
        QCOMPARE(hello.last().first().value<HelloMessage>().firstRound, 21);
    }

    void anErrorLineIsTheMessage()
    {
        EngineProcess process(engine());
        QSignalSpy ended(&process, &EngineProcess::ended);
        process.start(
            scripted({{u"rounds"_s, 40}, {u"round_ms"_s, 1}, {u"mode"_s, u"error"_s}, {u"at"_s, 5}}));
        QTRY_COMPARE(ended.size(), 1);
        QCOMPARE(ending(ended).kind, RunState::Failed);
        QVERIFY(ending(ended).message.startsWith(u"loss.cdrd: is not a number"_s));
    }

    void aSpentBudgetIsNoFailure()
    {
        EngineProcess process(engine());
        QSignalSpy ended(&process, &EngineProcess::ended);
        process.start(
            scripted({{u"rounds"_s, 40}, {u"round_ms"_s, 1}, {u"mode"_s, u"budget"_s}, {u"at"_s, 12}}));
        QTRY_COMPARE(ended.size(), 1);
        QCOMPARE(ending(ended).kind, RunState::BudgetSpent);
    }

    void aSilentEndTellsTheCode()
    {
        EngineProcess process(engine());
        QSignalSpy ended(&process, &EngineProcess::ended);
        process.start(scripted({{u"mode"_s, u"silent"_s}}));
        QTRY_COMPARE(ended.size(), 1);
        QVERIFY2(ending(ended).message.contains(u"exit code 3"_s)
                && ending(ended).message.contains(u"nothing to say"_s),
            qPrintable(ending(ended).message));
    }

    void aMissingEngineIsSaid()
    {
        EngineProcess process(u"/nowhere/fedcctr-engine"_s);
        QSignalSpy ended(&process, &EngineProcess::ended);
        process.start(scripted({}));
        QTRY_COMPARE(ended.size(), 1);
        QVERIFY(ending(ended).message.contains(u"/nowhere/fedcctr-engine"_s));
        QVERIFY(!process.isActive());
    }

    void anotherProtocolIsRefused()
    {
        EngineProcess process(engine());
        QSignalSpy ended(&process, &EngineProcess::ended);
        process.start(scripted({{u"protocol"_s, 2}, {u"rounds"_s, 100000}}));
        QTRY_COMPARE(ended.size(), 1);
        QVERIFY(ending(ended).message.contains(u"protocol 2"_s));
    }

    void nonsenseIsLoggedAndPassedOver()
    {
        EngineProcess process(engine());
        QSignalSpy log(&process, &EngineProcess::logLine);
        QSignalSpy rounds(&process, &EngineProcess::roundReceived);
        QSignalSpy ended(&process, &EngineProcess::ended);
        process.start(scripted({{u"rounds"_s, 20}, {u"round_ms"_s, 1}, {u"mode"_s, u"garbage"_s}}));
        QTRY_COMPARE(ended.size(), 1);
        QCOMPARE(rounds.size(), 20);
        QCOMPARE(log.size(), 2);
    }

    void aHangingEngineCanBeStoppedNow()
    {
        EngineProcess process(engine());
        QSignalSpy offered(&process, &EngineProcess::stopNowOffered);
        QSignalSpy rounds(&process, &EngineProcess::roundReceived);
        QSignalSpy ended(&process, &EngineProcess::ended);
        process.start(
            scripted({{u"rounds"_s, 40}, {u"round_ms"_s, 1}, {u"mode"_s, u"hang"_s}, {u"at"_s, 3}}));
        QTRY_COMPARE(rounds.size(), 3);
        process.stop();
        QVERIFY(!process.canStopNow());
        QTRY_COMPARE_WITH_TIMEOUT(offered.size(), 1, 8000);
        QVERIFY(process.canStopNow());
        process.stopNow();
        QTRY_COMPARE(ended.size(), 1);
        QCOMPARE(ending(ended).kind, RunState::Stopped);
    }

    void anEngineThatIsLetGoFinishes()
    {
        {
            EngineProcess process(engine());
            QSignalSpy rounds(&process, &EngineProcess::roundReceived);
            process.start(scripted({{u"rounds"_s, 200}, {u"round_ms"_s, 2}}));
            QTRY_VERIFY(rounds.size() > 3);
            process.letGo();
            QVERIFY(!process.isActive());
        }
        // Nobody reads its output any more, and nobody writes to it.
        QTRY_VERIFY(QFile::exists(m_folder->filePath(u"run/summary.json"_s)));
        QFile metrics(m_folder->filePath(u"run/metrics.jsonl"_s));
        QVERIFY(metrics.open(QIODevice::ReadOnly));
        QCOMPARE(metrics.readAll().count('\n'), 200);
    }

    void aResumedRunKeepsItsSettings()
    {
        EngineProcess process(engine());
        QSignalSpy ended(&process, &EngineProcess::ended);
        process.start(
            scripted({{u"rounds"_s, 12}, {u"round_ms"_s, 1}, {u"mode"_s, u"error"_s}, {u"at"_s, 11}}));
        QTRY_COMPARE(ended.size(), 1);
        RunSetup again = scripted({{u"rounds"_s, 12}, {u"round_ms"_s, 1}});
        again.resume = true;
        process.start(again);
        QTRY_COMPARE(ended.size(), 2);
        QFile arguments(m_folder->filePath(u"run/arguments.txt"_s));
        QVERIFY(arguments.open(QIODevice::ReadOnly));
        const QByteArray words = arguments.readAll();
        // The engine refuses them beside --resume.
        QVERIFY2(words.contains("--resume") && !words.contains("--set") && !words.contains("--preset"),
            words.constData());
    }

    void aFloodLeavesTheEventLoopAlive()
    {
        EngineProcess process(engine());
        QSignalSpy rounds(&process, &EngineProcess::roundReceived);
        QSignalSpy ended(&process, &EngineProcess::ended);
        // Every turn of the event loop between the first and the last round.
        int turns = 0;
        QTimer turn;
        connect(&turn, &QTimer::timeout, this, [&] { turns += rounds.isEmpty() ? 0 : 1; });
        process.start(scripted({{u"rounds"_s, 5000}, {u"round_ms"_s, 0}, {u"evaluate_every"_s, 1}}));
        turn.start(0);
        QTRY_COMPARE_WITH_TIMEOUT(ended.size(), 1, 20000);
        QCOMPARE(rounds.size(), 5000);
        QVERIFY2(turns > 10, qPrintable(QString::number(turns)));
    }
};

std::unique_ptr<QObject> tst_engineprocess()
{
    return std::make_unique<TestEngineProcess>();
}
#include "tst_engineprocess.moc"
