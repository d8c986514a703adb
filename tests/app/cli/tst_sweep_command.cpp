// SPDX-License-Identifier: GPL-3.0-or-later
// The command runs beside a script that stands in for the engine and notes what it was asked.
#include "core/sweeps/sweep.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <csignal>
#include <memory>

using namespace Qt::StringLiterals;
using namespace fedcctr;

class TestSweepCommand : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    QString path(const QString& name) const { return m_folder->filePath(name); }

    std::unique_ptr<QProcess> start(const QStringList& arguments, int steps = 5) const
    {
        auto process = std::make_unique<QProcess>();
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"SWEEP_ENGINE_LOG"_s, path(u"engine.log"_s));
        environment.insert(u"SWEEP_ENGINE_STEPS"_s, QString::number(steps));
        process->setProcessEnvironment(environment);
        process->start(path(u"bin/fedcctr"_s), QStringList{u"sweep"_s} + arguments);
        process->waitForStarted();
        return process;
    }

    struct Result {
        int exitCode = -1;
        QString output;
        QString errors;
    };

    static Result endOf(QProcess& process)
    {
        process.waitForFinished(30'000);
        return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            QString::fromUtf8(process.readAllStandardOutput()),
            QString::fromUtf8(process.readAllStandardError())};
    }

    Result run(const QStringList& arguments, int steps = 2) const { return endOf(*start(arguments, steps)); }

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
        const Result first = run(grid(u"0.1:0.1:0.6"_s, {u"--seeds"_s, u"2"_s, u"--jobs"_s, u"3"_s}));
        QVERIFY2(first.exitCode == 0, qPrintable(first.errors));
        QVERIFY(first.output.contains(u"12 of 12 jobs done"_s));
        QCOMPARE(noted(u"started"_s), 12);
        QCOMPARE(noted(u"finished"_s), 12);
        QVERIFY(allFinished());
        const Result again = run(grid(u"0.1:0.1:0.6"_s, {u"--seeds"_s, u"2"_s}));
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
        int kills = 0;
        for (; kills < 40; ++kills) {
            const std::unique_ptr<QProcess> sweep = start(arguments, 8);
            if (sweep->waitForFinished(QRandomGenerator::global()->bounded(20, 500)))
                break;
            sweep->kill();
            sweep->waitForFinished();
        }
        QVERIFY(kills > 3);
        const Result last = run(arguments);
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
        const std::unique_ptr<QProcess> one = start(arguments);
        const std::unique_ptr<QProcess> two = start(arguments);
        QCOMPARE(endOf(*one).exitCode, 0);
        QCOMPARE(endOf(*two).exitCode, 0);
        QCOMPARE(noted(u"started"_s), 16);
        QCOMPARE(noted(u"finished"_s), 16);
        QCOMPARE(noted(u"clash"_s), 0);
    }

    void interruptedInOrderItGoesOn()
    {
        const QStringList arguments = grid(u"0.1,0.2,0.3"_s, {u"--jobs"_s, u"2"_s});
        const std::unique_ptr<QProcess> sweep = start(arguments, 400);
        QTRY_COMPARE_WITH_TIMEOUT(noted(u"started"_s), 2, 10'000);
        ::kill(static_cast<pid_t>(sweep->processId()), SIGINT);
        const Result stopped = endOf(*sweep);
        QCOMPARE(stopped.exitCode, 1);
        QVERIFY2(stopped.output.contains(u"3 left"_s), qPrintable(stopped.output));
        QCOMPARE(noted(u"stopped"_s), 2);
        QCOMPARE(run(arguments).exitCode, 0);
        QCOMPARE(noted(u"resumed"_s), 2);
        QCOMPARE(noted(u"started"_s), 3);
        QVERIFY(allFinished());
    }

    void aFailureIsReportedAndTheOthersGoOn()
    {
        const Result result = run(grid(u"0.1,0.9,0.3"_s));
        QCOMPARE(result.exitCode, 1);
        QVERIFY2(result.errors.contains(u"the loss is no number"_s), qPrintable(result.errors));
        QVERIFY(result.errors.contains(u"exit 3"_s));
        QVERIFY(result.output.contains(u"2 of 3 jobs done, 1 failed"_s));
    }

    void listedCommandsDoTheSweep()
    {
        const Result list =
            run(grid(u"0.1,0.2"_s, {u"--seeds"_s, u"2"_s, u"--threads"_s, u"2"_s, u"--list"_s}));
        QCOMPARE(list.exitCode, 0);
        QCOMPARE(noted(u"started"_s), 0);
        const QStringList commands = list.output.split(u'\n', Qt::SkipEmptyParts);
        QCOMPARE(commands.size(), 4);
        for (const QString& command : commands + commands) {
            QProcess shell;
            QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
            environment.insert(u"SWEEP_ENGINE_LOG"_s, path(u"engine.log"_s));
            shell.setProcessEnvironment(environment);
            shell.start(u"sh"_s, {u"-c"_s, command});
            QVERIFY(shell.waitForFinished());
            QVERIFY2(shell.exitCode() == 0, shell.readAllStandardError().constData());
        }
        QVERIFY(allFinished());
        QCOMPARE(noted(u"started"_s), 4);
        QCOMPARE(noted(u"repeated"_s), 0);
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
        QTest::newRow("ablation of what has no parts")
            << QStringList{u"DATA"_s, u"--out"_s, u"x"_s, u"--preset"_s, u"central"_s, u"--ablation"_s}
            << u"--ablation"_s;
    }
    void badArgumentsAreTold()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, message);
        arguments.replaceInStrings(u"DATA"_s, path(u"data"_s));
        const Result result = run(arguments);
        QCOMPARE(result.exitCode, 2);
        QVERIFY2(result.errors.contains(message), qPrintable(result.errors));
    }
};

std::unique_ptr<QObject> tst_sweep_command()
{
    return std::make_unique<TestSweepCommand>();
}
#include "tst_sweep_command.moc"
