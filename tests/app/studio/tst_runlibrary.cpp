// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runs/runbin.h"
#include "app/studio/runs/runlibrary.h"
#include "app/studio/runs/runrecording.h"
#include "app/studio/runs/runscan.h"
#include "app/studio/runs/workspace.h"
#include "core/runs/run_catalogue.h"
#include "tests/fixtures/synthetic_runs.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTimeZone>

#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr;
using namespace fedcctr::studio;
using fedcctr::widgets::MessageBar;

class TestRunLibrary : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    QString runs() const { return m_folder->filePath(u"runs"_s); }
    QString path(const QString& name) const { return runs() + u'/' + name; }

    void make(const QString& name, bool finished = true) const
    {
        tests::SyntheticRun run;
        run.name = name;
        run.finished = finished;
        tests::writeRun(runs(), run);
    }

    QStringList namesOf(const RunLibrary& library) const
    {
        QStringList names;
        for (const EntryPtr& run : library.runs())
            names.append(QString::fromStdString(run->name));
        names.sort();
        return names;
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void aScanAskedForDuringAnotherIsDoneOnceAfterIt()
    {
        make(u"a"_s);
        RunLibrary library(runs());
        QSignalSpy scanned(&library, &RunLibrary::scanned);
        QVERIFY(!library.isKnown());
        for (int i = 0; i < 5; ++i)
            library.rescan();
        QTRY_COMPARE(scanned.size(), 2);
        QVERIFY(library.isKnown());
        QVERIFY(!library.isScanning());
        QCOMPARE(namesOf(library), QStringList{u"a"_s});
        QVERIFY(library.find(path(u"a"_s)));
        QVERIFY(!library.find(path(u"b"_s)));
    }

    void whatHasNotChangedStaysTheSameObject()
    {
        make(u"a"_s);
        make(u"b"_s);
        RunLibrary library(runs());
        QSignalSpy scanned(&library, &RunLibrary::scanned);
        library.rescan();
        QTRY_COMPARE(scanned.size(), 1);
        const EntryPtr a = library.find(path(u"a"_s));
        const EntryPtr b = library.find(path(u"b"_s));
        runs::writeNotes(path(u"b"_s).toStdString(), {"good"}, "");
        library.rescan();
        QTRY_COMPARE(scanned.size(), 2);
        QCOMPARE(library.find(path(u"a"_s)), a);
        QVERIFY(library.find(path(u"b"_s)) != b);
    }

    /// The scan may have read the run before the note was written.
    void aNoteWrittenDuringAScanStays()
    {
        for (int i = 0; i < 20; ++i)
            make(u"run%1"_s.arg(i));
        RunLibrary library(runs());
        QSignalSpy scanned(&library, &RunLibrary::scanned);
        library.rescan();
        QTRY_COMPARE(scanned.size(), 1);
        library.rescan();
        runs::writeNotes(path(u"run3"_s).toStdString(), {}, "mine");
        library.refresh(path(u"run3"_s));
        // Whether the scan had read the run before the note was written or not.
        QTRY_VERIFY(scanned.size() > 1 && !library.isScanning());
        QTRY_COMPARE(library.find(path(u"run3"_s))->note, std::string("mine"));
        const auto before = scanned.size();
        library.rescan();
        QTRY_VERIFY(scanned.size() > before);
        QCOMPARE(library.find(path(u"run3"_s))->note, std::string("mine"));
    }

    void theBinKeepsRunsAndGivesThemBack()
    {
        make(u"a"_s);
        QDir().mkpath(path(u"photos"_s));
        Workspace workspace(m_folder->path(), {});
        QList<MessageBar::Action> actions;
        MessageBar::Kind kind = MessageBar::Kind::Info;
        int told = 0;
        const auto tell = [&](MessageBar::Kind how, const QString&, const QList<MessageBar::Action>& what) {
            kind = how;
            actions = what;
            ++told;
        };
        for (int time = 1; time <= 2; ++time) {
            binRuns(&workspace, {path(u"a"_s)}, &workspace, tell);
            QTRY_COMPARE(told, 2 * time - 1);
            QCOMPARE(kind, MessageBar::Kind::Info);
            QVERIFY(!QFile::exists(path(u"a"_s)));
            QVERIFY(QFile::exists(m_folder->filePath(u"bin/a/summary.json"_s)));
            QCOMPARE(actions.size(), 1);
            actions.front().run();
            QTRY_COMPARE(told, 2 * time);
            QVERIFY(QFile::exists(path(u"a"_s) + u"/summary.json"_s));
            QVERIFY(!QFile::exists(m_folder->filePath(u"bin/a"_s)));
        }
        // Two of one name, and what is no run.
        const BinResult first = moveToBin({path(u"a"_s)}, workspace.binFolder());
        make(u"a"_s);
        const BinResult second = moveToBin({path(u"a"_s), path(u"photos"_s)}, workspace.binFolder());
        QCOMPARE(second.moved.size(), 1);
        QVERIFY(second.moved[0].place != first.moved[0].place);
        QCOMPARE(second.problems.size(), 1);
        QVERIFY(QFile::exists(path(u"photos"_s)));
        // Nothing is put over what is there.
        QCOMPARE(bringBack(first.moved).moved.size(), 1);
        const BinResult back = bringBack(second.moved);
        QCOMPARE(back.moved.size(), 0);
        QCOMPARE(back.problems.size(), 1);
        QVERIFY(QFile::exists(second.moved[0].place));
    }

    void whatHasBegunDoesNotWait()
    {
        make(u"finished"_s);
        make(u"broken off"_s, false);
        const auto waits = [this](const QString& name, bool resume) {
            return stillWaits({u"/data"_s, u"demo"_s, {}, path(name), resume});
        };
        QVERIFY(waits(u"new"_s, false));
        QVERIFY(!waits(u"finished"_s, false));
        QVERIFY(!waits(u"broken off"_s, false));
        QVERIFY(!waits(u"finished"_s, true));
        QVERIFY(waits(u"broken off"_s, true));
        tests::writeFile(path(u"finished"_s) + u"/summary.json"_s, R"({"reason": "stopped"})");
        QVERIFY(waits(u"finished"_s, true));
    }

    void aRunEndedWhenItWroteItsResults()
    {
        make(u"a"_s);
        QVERIFY(!endOfRun(path(u"b"_s)).isValid());
        const QDateTime then(QDate(2025, 3, 4), QTime(5, 6, 7));
        const auto stamp = [this](const QDateTime& time) {
            QFile file(path(u"a"_s) + u"/summary.json"_s);
            return file.open(QIODevice::ReadWrite)
                && file.setFileTime(time, QFileDevice::FileModificationTime);
        };
        QVERIFY(stamp(then));
        QCOMPARE(endOfRun(path(u"a"_s)), then);
        const ReadRun read = readRecording(path(u"a"_s));
        QVERIFY(read.record && read.record->end);
        QCOMPARE(read.record->end->at, then);
        // A copy is younger than the run.
        tests::writeFile(path(u"a"_s) + u"/log.txt"_s,
            "2025-03-04T01:00:00Z started\n2025-03-04T02:03:04Z ended: finished\n");
        QVERIFY(stamp(QDateTime::currentDateTime()));
        QCOMPARE(endOfRun(path(u"a"_s)), QDateTime(QDate(2025, 3, 4), QTime(2, 3, 4), QTimeZone::utc()));
    }
};

std::unique_ptr<QObject> tst_runlibrary()
{
    return std::make_unique<TestRunLibrary>();
}
#include "tst_runlibrary.moc"
