// SPDX-License-Identifier: GPL-3.0-or-later
// The command runs beside a script that stands in for the engine and notes what it was asked.
#include "core/sweeps/sweep.h"
#include "core/sweeps/sweep_record.h"
#include "tests/fixtures/program.h"

#include <QDir>
#include <QFile>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <csignal>
#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr;
using test::Outcome;
using test::Program;

class TestSweepCommand : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    QString path(const QString& name) const { return m_folder->filePath(name); }

    test::Surroundings surroundings(int steps) const
    {
        return {.environment = {{u"SWEEP_ENGINE_LOG"_s, path(u"engine.log"_s)},
                    {u"SWEEP_ENGINE_STEPS"_s, QString::number(steps)}}};
    }

    std::unique_ptr<Program> start(const QStringList& arguments, int steps = 5) const
    {
        return std::make_unique<Program>(
            path(u"bin/fedcctr"_s), QStringList{u"sweep"_s} + arguments, surroundings(steps));
    }

    Outcome run(const QStringList& arguments, int steps = 2) const { return start(arguments, steps)->end(); }

    QStringList grid(const QString& values, const QStringList& more = {}) const
    {
        return QStringList{
                   path(u"data"_s), u"--out"_s, path(u"out"_s), u"--grid"_s, u"loss.lambda1="_s + values}
        + more;
    }

    /// How often the engine noted the word, by job or of all.
    qsizetype noted(const QString& word, const std::string& job = {}) const
    {
        QFile file(path(u"engine.log"_s));
        if (!file.open(QIODevice::ReadOnly))
            return 0;
        qsizetype count = 0;
        for (const QString& line : QString::fromUtf8(file.readAll()).split(u'\n'))
            count += line.startsWith(word + u' ')
                && (job.empty() || line.endsWith(u' ' + QString::fromStdString(job)));
        return count;
    }

    sweeps::SweepPlan plan() const { return sweeps::readPlan(path(u"out"_s).toStdString()); }

    bool allFinished() const
    {
        const sweeps::SweepPlan all = plan();
        return std::ranges::all_of(all.jobs, [this](const sweeps::SweepJob& job) {
            return sweeps::stateOf((path(u"out"_s)).toStdString() + '/' + job.name)
                == sweeps::JobState::Finished;
        });
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QDir().mkpath(path(u"bin"_s));
        QDir().mkpath(path(u"data"_s));
        // The command looks for the engine beside itself.
        QVERIFY(QFile::copy(QStringLiteral(FEDCCTR_BIN_DIR) + u"/fedcctr"_s, path(u"bin/fedcctr"_s)));
        QVERIFY(QFile::copy(QStringLiteral(FEDCCTR_SOURCE_DIR) + u"/tests/fixtures/sweep_engine.sh"_s,
            path(u"bin/fedcctr-engine"_s)));
    }

    void everyJobRunsOnceAndIsNeverRepeated()
    {
        const Outcome first = run(grid(u"0.1:0.1:0.6"_s, {u"--seeds"_s, u"2"_s, u"--jobs"_s, u"3"_s}));
        QVERIFY2(first.exitCode == 0, qPrintable(first.errors));
        QVERIFY(first.out.contains("12 of 12 jobs done"));
        QCOMPARE(noted(u"started"_s), 12);
        QCOMPARE(noted(u"finished"_s), 12);
        QVERIFY(allFinished());
        const Outcome again = run(grid(u"0.1:0.1:0.6"_s, {u"--seeds"_s, u"2"_s}));
        QCOMPARE(again.exitCode, 0);
        QCOMPARE(noted(u"started"_s), 12);
        // Another value joins.
        QCOMPARE(run(grid(u"0.6,0.7"_s, {u"--seeds"_s, u"2"_s})).exitCode, 0);
        QCOMPARE(noted(u"started"_s), 14);
        QVERIFY(QDir(path(u"out"_s)).entryList({u"*.lock"_s}).isEmpty());
    }

    void killedAtRandomMomentsNothingIsLostOrRepeated()
    {
        const QStringList arguments = grid(u"0.1:0.1:0.8"_s, {u"--seeds"_s, u"2"_s, u"--jobs"_s, u"3"_s});
        const auto begun = [this] { return noted(u"started"_s) + noted(u"resumed"_s); };
        // Engines that are at work for long, and two generations of short ones, so that kills come amid ends
        // too.
        int kills = 0;
        for (const int steps : {40, 3, 40, 40, 3, 40}) {
            const qsizetype before = begun();
            const std::unique_ptr<Program> sweep = start(arguments, steps);
            QTRY_VERIFY(begun() > before || sweep->process().state() == QProcess::NotRunning);
            if (sweep->process().waitForFinished(QRandomGenerator::global()->bounded(60)))
                break;
            ++kills;
        }
        QVERIFY(kills > 0);
        const Outcome last = run(arguments);
        QVERIFY2(last.exitCode == 0, qPrintable(last.errors));
        QVERIFY(allFinished());
        for (const sweeps::SweepJob& job : plan().jobs)
            QCOMPARE(noted(u"finished"_s, job.name), 1);
        QCOMPARE(noted(u"finished"_s), 16);
        for (const char* wrong : {"repeated", "clash", "overwritten"})
            QVERIFY2(noted(QString::fromLatin1(wrong)) == 0, wrong);
        qInfo("%d kills, %lld starts, %lld resumptions", kills, static_cast<long long>(noted(u"started"_s)),
            static_cast<long long>(noted(u"resumed"_s)));
    }

    void twoSweepsShareAFolder()
    {
        const QStringList arguments = grid(u"0.1:0.1:0.8"_s, {u"--seeds"_s, u"2"_s, u"--jobs"_s, u"2"_s});
        const std::unique_ptr<Program> one = start(arguments);
        const std::unique_ptr<Program> two = start(arguments);
        QCOMPARE(one->end().exitCode, 0);
        QCOMPARE(two->end().exitCode, 0);
        QCOMPARE(noted(u"started"_s), 16);
        QCOMPARE(noted(u"finished"_s), 16);
        QCOMPARE(noted(u"clash"_s), 0);
    }

    void interruptedInOrderItGoesOn()
    {
        const QStringList arguments = grid(u"0.1,0.2,0.3"_s, {u"--jobs"_s, u"2"_s});
        const std::unique_ptr<Program> sweep = start(arguments, 400);
        QTRY_COMPARE_WITH_TIMEOUT(noted(u"started"_s), 2, 10'000);
        sweep->signal(SIGINT);
        const Outcome stopped = sweep->end();
        QCOMPARE(stopped.exitCode, 1);
        QVERIFY2(stopped.out.contains("3 left"), stopped.out.constData());
        QCOMPARE(noted(u"stopped"_s), 2);
        QCOMPARE(run(arguments).exitCode, 0);
        QCOMPARE(noted(u"resumed"_s), 2);
        QCOMPARE(noted(u"started"_s), 3);
        QVERIFY(allFinished());
    }

    void aFailureIsReportedAndTheOthersGoOn()
    {
        const Outcome result = run(grid(u"0.1,0.9,0.3"_s));
        QCOMPARE(result.exitCode, 1);
        QVERIFY2(result.errors.contains(u"the loss is no number"_s), qPrintable(result.errors));
        QVERIFY(result.errors.contains(u"exit 3"_s));
        QVERIFY(result.out.contains("2 of 3 jobs done, 1 failed"));
    }

    void listedCommandsDoTheSweep()
    {
        const Outcome list =
            run(grid(u"0.1,0.2"_s, {u"--seeds"_s, u"2"_s, u"--threads"_s, u"2"_s, u"--list"_s}));
        QCOMPARE(list.exitCode, 0);
        QCOMPARE(noted(u"started"_s), 0);
        const QStringList commands = QString::fromUtf8(list.out).split(u'\n', Qt::SkipEmptyParts);
        QCOMPARE(commands.size(), 4);
        for (const QString& command : commands + commands) {
            const Outcome done = test::run(u"sh"_s, {u"-c"_s, command}, surroundings(2));
            QVERIFY2(done.exitCode == 0, qPrintable(done.errors));
        }
        QVERIFY(allFinished());
        QCOMPARE(noted(u"started"_s), 4);
        QCOMPARE(noted(u"repeated"_s), 0);
    }

    /// Two rows, two points each and then two seeds each.
    void aComparisonGoesInTwoSteps()
    {
        const QStringList arguments{path(u"data"_s), u"--out"_s, path(u"out"_s), u"--preset"_s,
            u"comparison"_s, u"--rows"_s, u"LR,BST"_s, u"--tune"_s, u"2"_s, u"--seeds"_s, u"2"_s, u"--jobs"_s,
            u"2"_s};
        const Outcome list = run(arguments + QStringList{u"--list"_s});
        QCOMPARE(list.exitCode, 0);
        QCOMPARE(list.out.count('\n'), 4);
        QVERIFY2(list.errors.contains(u"2 rows are still to be searched"_s), qPrintable(list.errors));
        const std::unique_ptr<Program> killed = start(arguments, 40);
        QTRY_COMPARE_WITH_TIMEOUT(noted(u"started"_s), 2, 10'000);
        killed->process().kill();
        killed->process().waitForFinished();
        const Outcome first = run(arguments);
        QVERIFY2(first.exitCode == 0, qPrintable(first.errors));
        QVERIFY2(
            first.out.contains("search: 4 of 4 jobs done") && first.out.contains("sweep: 4 of 4 jobs done"),
            first.out.constData());
        QVERIFY(first.errors.contains(u"chosen: BST: "_s));
        QCOMPARE(noted(u"finished"_s), 8);
        QVERIFY(allFinished());
        QCOMPARE(plan().jobs.size(), std::size_t(4));
        QCOMPARE(plan().comparison->rows[1].tried.size(), std::size_t(2));
        // Again, as it stands, by its record, and with a third seed.
        QCOMPARE(run(arguments).exitCode, 0);
        QCOMPARE(run({u"--continue"_s, path(u"out"_s)}).exitCode, 0);
        QCOMPARE(noted(u"finished"_s), 8);
        QCOMPARE(run(arguments + QStringList{u"--list"_s}).out.count('\n'), 4);
        QStringList more = arguments;
        more[more.indexOf(u"--seeds"_s) + 1] = u"3"_s;
        QCOMPARE(run(more).exitCode, 0);
        QCOMPARE(noted(u"finished"_s), 10);
        for (const char* wrong : {"repeated", "clash", "overwritten"})
            QVERIFY2(noted(QString::fromLatin1(wrong)) == 0, wrong);
    }

    /// A point that fails holds up its own row only.
    void aRowWithoutItsSearchWaits()
    {
        const Outcome result =
            run({path(u"data"_s), u"--out"_s, path(u"out"_s), u"--preset"_s, u"comparison"_s, u"--rows"_s,
                u"LR,BST"_s, u"--tune"_s, u"2"_s, u"--set"_s, u"loss.lambda1=0.9"_s});
        QCOMPARE(result.exitCode, 1);
        QVERIFY2(result.out.contains("search: 0 of 4 jobs done, 4 failed"), result.out.constData());
        QVERIFY2(result.out.contains("not yet run, since not all of its search is done: LR"),
            result.out.constData());
        QVERIFY(plan().jobs.empty());
    }

    void badArgumentsAreTold_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("message");
        QTest::newRow("nothing") << QStringList{} << u"dataset"_s;
        QTest::newRow("no dataset") << QStringList{u"/nowhere"_s, u"--out"_s, u"x"_s} << u"/nowhere"_s;
        QTest::newRow("no out") << QStringList{u"DATA"_s} << u"--out"_s;
        QTest::newRow("key") << QStringList{u"DATA"_s, u"--out"_s, u"x"_s, u"--grid"_s, u"loss.lamda1=1"_s}
                             << u"loss.lambda1"_s;
        QTest::newRow("preset") << QStringList{u"DATA"_s, u"--out"_s, u"x"_s, u"--preset"_s, u"papr"_s}
                                << u"paper"_s;
        QTest::newRow("continue") << QStringList{u"--continue"_s, u"/nowhere"_s} << u"sweep.json"_s;
        const QStringList comparison{u"DATA"_s, u"--out"_s, u"x"_s, u"--preset"_s, u"comparison"_s};
        QTest::newRow("row") << comparison + QStringList{u"--rows"_s, u"BTS"_s} << u"BST"_s;
        QTest::newRow("grid of a comparison")
            << comparison + QStringList{u"--grid"_s, u"loss.lambda1=0.1"_s} << u"--grid"_s;
        QTest::newRow("points of a sweep") << QStringList{u"DATA"_s, u"--out"_s, u"x"_s, u"--tune"_s, u"2"_s}
                                           << u"the presets that compare"_s;
        QTest::newRow("ablation of what has no parts")
            << QStringList{u"DATA"_s, u"--out"_s, u"x"_s, u"--preset"_s, u"central"_s, u"--ablation"_s}
            << u"--ablation"_s;
    }
    void badArgumentsAreTold()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, message);
        arguments.replaceInStrings(u"DATA"_s, path(u"data"_s));
        const Outcome result = run(arguments);
        QCOMPARE(result.exitCode, 2);
        QVERIFY2(result.errors.contains(message), qPrintable(result.errors));
    }
};

std::unique_ptr<QObject> tst_sweep_command()
{
    return std::make_unique<TestSweepCommand>();
}
#include "tst_sweep_command.moc"
