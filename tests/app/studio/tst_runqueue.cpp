// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runs/queuedock.h"
#include "app/studio/runs/queuemodel.h"
#include "app/studio/runs/runlibrary.h"
#include "core/runs/run_lock.h"
#include "tests/fixtures/hand.h"
#include "tests/fixtures/studiobench.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QApplication>
#include <QJsonArray>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QTreeView>

#include <csignal>
#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr::studio;
using fedcctr::runs::RunLock;

class TestRunQueue : public QObject {
    Q_OBJECT

    std::unique_ptr<StudioBench> m_bench;

    RunQueue& queue() const { return *m_bench->queue; }
    RunState stateOf(const QString& run) const { return m_bench->stateOf(run); }
    QString cell(const QString& run, QueueModel::Column column) const
    {
        return QueueModel(&queue()).index(queue().rowOf(run), column).data().toString();
    }

private Q_SLOTS:
    void init() { m_bench = std::make_unique<StudioBench>(); }
    void cleanup()
    {
        if (queue().isActive()) {
            QSignalSpy stopped(&queue(), &RunQueue::allStopped);
            queue().stopAll();
            QTRY_COMPARE(stopped.size(), 1);
        }
        m_bench.reset();
    }

    void oneAtATimeInOrder()
    {
        QueueModel model(&queue());
        const QAbstractItemModelTester tester(&model);
        QSignalSpy ended(&queue(), &RunQueue::runEnded);
        const QString a = m_bench->enqueue(u"a"_s, {{u"rounds"_s, 15}, {u"round_ms"_s, 5}});
        const QString b = m_bench->enqueue(u"b"_s, {{u"rounds"_s, 15}, {u"round_ms"_s, 5}});
        QVERIFY(a != b);
        QCOMPARE(stateOf(a), RunState::Starting);
        QCOMPARE(stateOf(b), RunState::Queued);
        QTRY_COMPARE(stateOf(a), RunState::Running);
        QCOMPARE(stateOf(b), RunState::Queued);
        QTRY_COMPARE(ended.size(), 2);
        QCOMPARE(ended.first().first().toString(), a);
        QCOMPARE(stateOf(b), RunState::Finished);
        QCOMPARE(cell(a, QueueModel::Progress), u"15/15"_s);
        QVERIFY(cell(a, QueueModel::Ndcg).contains(u"±"_s));
        // Never an epsilon alone.
        QVERIFY2(cell(a, QueueModel::Epsilon).contains(u"Rényi DP, δ 1e-5, local"_s),
            qPrintable(cell(a, QueueModel::Epsilon)));
    }

    void severalAtOnceBySetting()
    {
        m_bench->workspace->settings().setValue(u"compute/parallel_runs"_s, 2);
        QStringList runs;
        for (const QString& name : {u"a"_s, u"b"_s, u"c"_s})
            runs.append(m_bench->enqueue(name, {{u"rounds"_s, 100000}, {u"round_ms"_s, 5}}));
        QTRY_COMPARE(stateOf(runs[0]), RunState::Running);
        QTRY_COMPARE(stateOf(runs[1]), RunState::Running);
        QCOMPARE(stateOf(runs[2]), RunState::Queued);
        queue().stop(runs[0]);
        QTRY_COMPARE(stateOf(runs[2]), RunState::Running);
    }

    void waitingRunsAreOrderedByKeysAndStarted()
    {
        QueueModel model(&queue());
        const QAbstractItemModelTester tester(&model);
        QueueDock dock(&queue(), &m_bench->workspace->settings());
        dock.show();
        const QString a = m_bench->enqueue(u"a"_s, {{u"rounds"_s, 100000}, {u"round_ms"_s, 5}});
        const QString b = m_bench->enqueue(u"b"_s, {{u"rounds"_s, 5}});
        const QString c = m_bench->enqueue(u"c"_s, {{u"rounds"_s, 5}});
        auto* table = dock.findChild<QTreeView*>(u"table_queue"_s);
        dock.select(c);
        table->setFocus();
        QVERIFY(QTest::qWaitForWindowActive(&dock));
        QTest::keyClick(table, Qt::Key_Up, Qt::AltModifier);
        QCOMPARE(queue().rowOf(c), 1);
        QCOMPARE(dock.selected(), c);
        QTest::keyClick(table, Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(queue().rowOf(c), 2);
        // By dragging: onto the second row.
        std::unique_ptr<QMimeData> data(model.mimeData({model.index(2, 0)}));
        model.dropMimeData(data.get(), Qt::MoveAction, 1, 0, {});
        QCOMPARE(queue().rowOf(c), 1);
        QSignalSpy ended(&queue(), &RunQueue::runEnded);
        QTRY_COMPARE(stateOf(a), RunState::Running);
        queue().stop(a);
        QTRY_COMPARE(ended.size(), 3);
        QCOMPARE(ended[1].first().toString(), c);
        QCOMPARE(ended[2].first().toString(), b);
    }

    void pauseResumeAndStopFromTheMenu()
    {
        QueueDock dock(&queue(), &m_bench->workspace->settings());
        dock.show();
        const QString run = m_bench->enqueue(u"a"_s, {{u"rounds"_s, 100000}, {u"round_ms"_s, 2}});
        QTRY_COMPARE(stateOf(run), RunState::Running);
        auto* pause = dock.findChild<QAction*>(u"action_queue_pause"_s);
        pause->trigger();
        QTRY_COMPARE(stateOf(run), RunState::Paused);
        QCOMPARE(pause->text(), u"Resume"_s);
        QTRY_COMPARE(cell(run, QueueModel::State), u"paused"_s);
        pause->trigger();
        QTRY_COMPARE(stateOf(run), RunState::Running);
        QVERIFY(!dock.findChild<QAction*>(u"action_queue_remove"_s)->isEnabled());
        dock.findChild<QAction*>(u"action_queue_stop"_s)->trigger();
        QTRY_COMPARE(stateOf(run), RunState::Stopped);
        QVERIFY(QFile::exists(run + u"/summary.json"_s));
    }

    void aStoppedRunGoesOnFromItsCheckpoint()
    {
        const QString run = m_bench->enqueue(u"a"_s, {{u"rounds"_s, 60}, {u"round_ms"_s, 5}});
        QTRY_VERIFY(queue().job(run)->record.round() >= 25);
        queue().stop(run);
        QTRY_COMPARE(stateOf(run), RunState::Stopped);
        queue().resume(run);
        QTRY_COMPARE(stateOf(run), RunState::Finished);
        const RunRecording& record = queue().job(run)->record;
        QCOMPARE(record.rounds.size(), std::size_t(60));
        QCOMPARE(record.hello.firstRound % 10, 1);
    }

    void restartDropsWhatCameAfterTheCheckpoint()
    {
        const QString run = m_bench->enqueue(u"a"_s, {{u"rounds"_s, 60}, {u"round_ms"_s, 10}});
        QTRY_VERIFY(queue().job(run)->record.round() >= 13);
        queue().restartFromCheckpoint(run);
        QTRY_VERIFY(queue().job(run)->record.hello.firstRound > 1);
        QTRY_COMPARE(stateOf(run), RunState::Finished);
        QCOMPARE(queue().job(run)->record.rounds.size(), std::size_t(60));
    }

    void aCrashLeavesTheQueueGoing()
    {
        const QString a = m_bench->enqueue(
            u"a"_s, {{u"rounds"_s, 40}, {u"round_ms"_s, 1}, {u"mode"_s, u"crash"_s}, {u"at"_s, 15}});
        const QString b = m_bench->enqueue(u"b"_s, {{u"rounds"_s, 10}, {u"round_ms"_s, 1}});
        QTRY_COMPARE(stateOf(a), RunState::Failed);
        QTRY_COMPARE(stateOf(b), RunState::Finished);
        QVERIFY(queue().job(a)->record.end->message.contains(u"illegal memory access"_s));
        QVERIFY(!queue().job(a)->log.isEmpty());
        queue().resume(a);
        QTRY_COMPARE(stateOf(a), RunState::Finished);
        QCOMPARE(queue().job(a)->record.hello.firstRound, 11);
    }

    void killedFromOutside()
    {
        const QString run = m_bench->enqueue(u"a"_s, {{u"rounds"_s, 100000}, {u"round_ms"_s, 2}});
        QTRY_VERIFY(queue().job(run)->record.round() > 20);
        const std::optional<int> process = RunLock::holder(run.toStdString());
        QVERIFY(process.has_value());
        QCOMPARE(::kill(*process, SIGKILL), 0);
        QTRY_COMPARE(stateOf(run), RunState::Failed);
        QVERIFY2(queue().job(run)->record.end->message.contains(u"crashed or was killed"_s),
            qPrintable(queue().job(run)->record.end->message));
        QVERIFY(!RunLock::holder(run.toStdString()));
    }

    void waitingRunsSurviveAndWaitForAPerson()
    {
        const QString a = m_bench->enqueue(u"a"_s, {{u"rounds"_s, 100000}, {u"round_ms"_s, 2}});
        const QString b = m_bench->enqueue(u"b"_s, {{u"rounds"_s, 8}, {u"round_ms"_s, 1}});
        QTRY_COMPARE(stateOf(a), RunState::Running);
        QSignalSpy stopped(&queue(), &RunQueue::allStopped);
        queue().stopAll();
        QTRY_COMPARE(stopped.size(), 1);
        QVERIFY(!queue().isActive());
        m_bench->open();
        QTRY_COMPARE(queue().jobCount(), 1);
        QCOMPARE(stateOf(b), RunState::Queued);
        QVERIFY(queue().isHeld());
        QCOMPARE(queue().job(b)->name, u"b"_s);
        QVERIFY(fedcctr::test::staysTrue([&] { return stateOf(b) == RunState::Queued; }));
        queue().startQueue();
        QTRY_COMPARE(stateOf(b), RunState::Finished);
    }

    /// A crash leaves the queue's record as it was before the run began.
    void aFinishedRunDoesNotWaitAgain()
    {
        const QString run = m_bench->enqueue(u"a"_s, {{u"rounds"_s, 5}, {u"round_ms"_s, 1}});
        const QJsonObject before{{u"waiting"_s,
            QJsonArray{QJsonObject{{u"name"_s, u"a"_s}, {u"run"_s, run}},
                QJsonObject{{u"name"_s, u"b"_s}, {u"run"_s, m_bench->workspace->runsFolder() + u"/b"_s}}}}};
        QTRY_COMPARE(stateOf(run), RunState::Finished);
        m_bench->queue.reset();
        m_bench->workspace->setState(u"queue"_s, before);
        m_bench->open();
        QTRY_VERIFY(m_bench->workspace->runs()->isKnown());
        QCOMPARE(queue().jobCount(), 1);
        QCOMPARE(queue().jobAt(0)->name, u"b"_s);
        queue().startQueue();
        QVERIFY(!queue().job(run));
    }

    void anInterruptedRunIsFoundAndResumed()
    {
        const QString run = m_bench->enqueue(
            u"a"_s, {{u"rounds"_s, 40}, {u"round_ms"_s, 1}, {u"mode"_s, u"crash"_s}, {u"at"_s, 25}});
        QTRY_COMPARE(stateOf(run), RunState::Failed);
        m_bench->open();
        QTRY_COMPARE(queue().jobCount(), 1);
        QCOMPARE(stateOf(run), RunState::Interrupted);
        QSignalSpy changed(&queue(), &RunQueue::recordChanged);
        queue().resume(run);
        QTRY_COMPARE(stateOf(run), RunState::Finished);
        QTRY_VERIFY(!changed.isEmpty());
        // What was told before the studio was started is there too.
        QCOMPARE(queue().job(run)->record.rounds.size(), std::size_t(40));
        QCOMPARE(queue().job(run)->record.rounds.front().round, 1);
    }

    void aDetachedEngineGoesOnAndIsFound()
    {
        const QString run = m_bench->enqueue(u"a"_s, {{u"rounds"_s, 100000}, {u"round_ms"_s, 5}});
        QTRY_VERIFY(queue().job(run)->record.round() > 5);
        const std::optional<int> process = RunLock::holder(run.toStdString());
        queue().detachAll();
        QVERIFY(!queue().isActive());
        m_bench->open();
        QTRY_COMPARE(stateOf(run), RunState::Running);
        QCOMPARE(RunLock::holder(run.toStdString()), process);
        QVERIFY(!queue().job(run)->canPause);
        QTRY_VERIFY(queue().job(run)->record.greeted);
        const int round = queue().job(run)->record.round();
        QTRY_VERIFY(queue().job(run)->record.round() > round + 10);
        QCOMPARE(queue().job(run)->record.rounds.front().round, 1);
        queue().stop(run);
        QTRY_COMPARE(stateOf(run), RunState::Stopped);
        QVERIFY(!RunLock::holder(run.toStdString()));
    }

    void aDetachedPausedEngineFinishes()
    {
        const QString run = m_bench->enqueue(u"a"_s, {{u"rounds"_s, 60}, {u"round_ms"_s, 2}});
        QTRY_VERIFY(queue().job(run)->record.round() > 2);
        queue().pause(run);
        QTRY_COMPARE(stateOf(run), RunState::Paused);
        queue().detachAll();
        m_bench->queue.reset();
        QTRY_VERIFY(QFile::exists(run + u"/summary.json"_s));
        m_bench->open();
    }

    void removingAsksAboutResults()
    {
        QueueDock dock(&queue(), &m_bench->workspace->settings());
        dock.show();
        const QString run = m_bench->enqueue(u"a"_s, {{u"rounds"_s, 5}, {u"round_ms"_s, 1}});
        QTRY_COMPARE(stateOf(run), RunState::Finished);
        dock.select(run);
        dock.removeSelected();
        auto* box = dock.findChild<QMessageBox*>(u"dialog_remove"_s);
        QVERIFY(box);
        QTest::mouseClick(box->findChild<QPushButton*>(u"button_delete_folder"_s), Qt::LeftButton);
        QTRY_COMPARE(queue().jobCount(), 0);
        QTRY_VERIFY(!QDir(run).exists());
        QVERIFY(
            QFile::exists(m_bench->workspace->binFolder() + u'/' + QDir(run).dirName() + u"/summary.json"_s));
    }

    void duplicatingProposesTheSettings()
    {
        QSignalSpy proposed(&queue(), &RunQueue::duplicateRequested);
        const QString run = queue().enqueue(
            {m_bench->dataset(u"a"_s, {{u"rounds"_s, 5}}), u"demo"_s, {u"loss.lambda1=0.2"_s}, {}, false});
        queue().duplicate(run);
        QCOMPARE(proposed.size(), 1);
        QCOMPARE(proposed.first()[0].toString(), u"demo"_s);
        QCOMPARE(proposed.first()[1].toStringList(), QStringList{u"loss.lambda1=0.2"_s});
    }

    void fiveHundredJobsAreNoBurden()
    {
        m_bench->enqueue(u"busy"_s, {{u"rounds"_s, 100000}, {u"round_ms"_s, 20}});
        QueueDock dock(&queue(), &m_bench->workspace->settings());
        dock.show();
        for (int i = 0; i < 500; ++i)
            queue().enqueue({u"/nowhere"_s, u"demo"_s, {},
                u"%1/run%2"_s.arg(m_bench->workspace->runsFolder()).arg(i), false});
        QCOMPARE(QueueModel(&queue()).rowCount(), 501);
    }
};

std::unique_ptr<QObject> tst_runqueue()
{
    return std::make_unique<TestRunQueue>();
}
#include "tst_runqueue.moc"
