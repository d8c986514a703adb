// SPDX-License-Identifier: GPL-3.0-or-later
// Runs on "another machine": an SSH server on 127.0.0.1, started here as this user with keys made for the
// test.
#include "app/studio/runs/datasetmanifest.h"
#include "app/studio/runs/remotetarget.h"
#include "core/runs/run_lock.h"
#include "tests/fixtures/program.h"
#include "tests/fixtures/studiobench.h"

#include <QDateTime>
#include <QHash>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTest>

#include <csignal>
#include <memory>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace fedcctr::studio;
using fedcctr::runs::RunLock;
using fedcctr::test::run;

class TestRemoteRun : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    QProcess m_server;
    int m_port = 0;
    std::unique_ptr<StudioBench> m_bench;

    QString path(const QString& name) const { return m_folder.filePath(name); }
    QString there(const QString& name) const { return path(u"there/"_s + name); }
    RunQueue& queue() const { return *m_bench->queue; }

    void write(const QString& name, const QString& content) const
    {
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content.toUtf8()) < 0)
            qFatal("%s cannot be written", qPrintable(name));
    }

    RemoteTarget target() const
    {
        RemoteTarget target;
        target.name = u"elsewhere"_s;
        target.host = u"127.0.0.1"_s;
        target.port = m_port;
        target.identity = path(u"key"_s);
        target.engine = QStringLiteral(FEDCCTR_BIN_DIR "/fake_engine");
        target.folder = path(u"there"_s);
        target.options = {u"UserKnownHostsFile="_s + path(u"known"_s), u"StrictHostKeyChecking=accept-new"_s,
            u"IdentitiesOnly=yes"_s};
        return target;
    }

    QString enqueue(const QString& name, const QJsonObject& script, bool maySend = true) const
    {
        RunSetup setup;
        setup.dataset = m_bench->dataset(name, script);
        setup.preset = u"demo"_s;
        setup.settings = {u"loss.lambda1=0.2"_s};
        setup.target = u"elsewhere"_s;
        setup.maySend = maySend;
        return queue().enqueue(setup, name);
    }
    RunState stateOf(const QString& run) const { return m_bench->stateOf(run); }
    QStringList copies() const
    {
        return QDir(there(u"datasets"_s)).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    }
    QString failure(const QString& run) const
    {
        const auto& end = queue().job(run)->record.end;
        return end ? end->message : QString();
    }

private Q_SLOTS:
    void initTestCase()
    {
        const QString sshd =
            QStandardPaths::findExecutable(u"sshd"_s, {u"/usr/sbin"_s, u"/usr/local/sbin"_s, u"/usr/bin"_s});
        if (sshd.isEmpty() || QStandardPaths::findExecutable(u"ssh"_s).isEmpty())
            QSKIP("no SSH server here: install openssh-server for this test");
        // A server that root starts wants this directory.
        if (::geteuid() == 0)
            QDir().mkpath(u"/run/sshd"_s);
        for (const QString& key : {u"key"_s, u"host_key"_s})
            QCOMPARE(
                run(u"ssh-keygen"_s, {u"-q"_s, u"-t"_s, u"ed25519"_s, u"-N"_s, QString(), u"-f"_s, path(key)})
                    .exitCode,
                0);
        QVERIFY(QFile::copy(path(u"key.pub"_s), path(u"authorized"_s)));
        QTcpServer probe;
        QVERIFY(probe.listen(QHostAddress::LocalHost));
        m_port = probe.serverPort();
        probe.close();
        write(u"sshd_config"_s,
            u"ListenAddress 127.0.0.1\nPort %1\nHostKey %2\nAuthorizedKeysFile %3\nStrictModes no\nUsePAM "
            u"no\n"
            "PidFile none\nPasswordAuthentication no\nPermitRootLogin prohibit-password\n"_s.arg(m_port)
                .arg(path(u"host_key"_s), path(u"authorized"_s)));
        m_server.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_server.start(sshd, {u"-D"_s, u"-q"_s, u"-f"_s, path(u"sshd_config"_s)});
        QVERIFY(m_server.waitForStarted());
        const auto answers = [this] { return run(u"ssh"_s, target().sshArguments(u"true"_s)).exitCode == 0; };
        QTRY_VERIFY_WITH_TIMEOUT(answers(), 15000);
    }

    void cleanupTestCase()
    {
        if (m_server.state() == QProcess::NotRunning)
            return;
        m_server.terminate();
        m_server.waitForFinished();
    }

    void init()
    {
        QDir(path(u"there"_s)).removeRecursively();
        m_bench = std::make_unique<StudioBench>();
        setRemoteTargets(m_bench->workspace->settings(), {target()});
    }

    void cleanup()
    {
        if (queue().isActive()) {
            QSignalSpy stopped(&queue(), &RunQueue::allStopped);
            queue().stopAll();
            QTRY_COMPARE_WITH_TIMEOUT(stopped.size(), 1, 20000);
        }
        m_bench.reset();
    }

    void aRunElsewhereComesBack()
    {
        const QString run = enqueue(u"books"_s, {{u"rounds"_s, 25}, {u"round_ms"_s, 2}});
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(run), RunState::Finished, 30000);
        QCOMPARE(queue().job(run)->record.rounds.size(), std::size_t(25));
        for (const QString& file : {u"/summary.json"_s, u"/metrics.jsonl"_s, u"/events.jsonl"_s,
                 u"/config.json"_s, u"/checkpoint/state.bin"_s})
            QVERIFY2(QFile::exists(run + file), qPrintable(file));
        // What is read here finds its dataset here.
        QFile config(run + u"/config.json"_s);
        QVERIFY(config.open(QIODevice::ReadOnly));
        QCOMPARE(QJsonDocument::fromJson(config.readAll())["provenance"_L1]["dataset"_L1].toString(),
            queue().job(run)->setup.dataset);
        QFile arguments(run + u"/arguments.txt"_s);
        QVERIFY(arguments.open(QIODevice::ReadOnly));
        QVERIFY(arguments.readAll().contains("loss.lambda1=0.2"));
        const ReadRun read = readRecording(run);
        QVERIFY(read.record);
        QCOMPARE(read.record->rounds.size(), std::size_t(25));
    }

    void theDatasetIsSentOnce()
    {
        const QString a = enqueue(u"books"_s, {{u"rounds"_s, 5}, {u"round_ms"_s, 1}});
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(a), RunState::Finished, 30000);
        QCOMPARE(copies().size(), 1);
        const QString copy = there(u"datasets/%1/fake.json"_s.arg(copies().first()));
        const QDateTime sent = QFileInfo(copy).fileTime(QFileDevice::FileMetadataChangeTime);
        const QString b = enqueue(u"books"_s, {{u"rounds"_s, 5}, {u"round_ms"_s, 1}});
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(b), RunState::Finished, 30000);
        QCOMPARE(QFileInfo(copy).fileTime(QFileDevice::FileMetadataChangeTime), sent);
        // Another content is another copy; a damaged one is mended.
        const QString c = enqueue(u"books"_s, {{u"rounds"_s, 6}, {u"round_ms"_s, 1}});
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(c), RunState::Finished, 30000);
        QCOMPARE(copies().size(), 2);
        QVERIFY(QFile::remove(copy));
        const QString d = enqueue(u"books"_s, {{u"rounds"_s, 5}, {u"round_ms"_s, 1}});
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(d), RunState::Finished, 30000);
        QVERIFY(QFile::exists(copy));
    }

    void nothingIsSentUnasked()
    {
        const QString run = enqueue(u"books"_s, {{u"rounds"_s, 5}}, false);
        QCOMPARE(stateOf(run), RunState::Failed);
        QVERIFY(failure(run).contains(u"Nobody agreed"_s));
        QVERIFY(!QDir(path(u"there"_s)).exists());
    }

    /// And what can be computed there again.
    void promptsAndAnswersStayHere()
    {
        const QString dataset = m_bench->dataset(u"books"_s, {});
        QVERIFY(QDir(dataset).mkpath(u"cache"_s));
        for (const QString& name : {u"/store.sqlite"_s, u"/store.sqlite-wal"_s, u"/cache/numbers-1.bin"_s}) {
            QFile file(dataset + name);
            QVERIFY(file.open(QIODevice::WriteOnly));
        }
        QCOMPARE(listDataset(dataset).files, (QStringList{u"dataset.json"_s, u"fake.json"_s}));
    }

    void pauseWeightsAndStopWorkThere()
    {
        const QString run = enqueue(u"books"_s, {{u"rounds"_s, 100000}, {u"round_ms"_s, 2}});
        QTRY_VERIFY_WITH_TIMEOUT(queue().job(run)->record.round() > 12, 30000);
        queue().pause(run);
        QTRY_COMPARE(stateOf(run), RunState::Paused);
        queue().set(run, u"loss.lambda2"_s, 0.125);
        QTRY_COMPARE(queue().job(run)->record.changes.size(), std::size_t(1));
        queue().resume(run);
        QTRY_COMPARE(stateOf(run), RunState::Running);
        queue().stop(run);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(run), RunState::Stopped, 20000);
        QVERIFY(QFile::exists(run + u"/summary.json"_s));
        queue().resume(run);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(run), RunState::Running, 20000);
        queue().stopNow(run);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(run), RunState::Stopped, 20000);
        QVERIFY(!RunLock::holder(there(u"runs/"_s + QDir(run).dirName()).toStdString()));
    }

    void aLostConnectionFailsAndIsTakenOver()
    {
        const QString run = enqueue(u"books"_s, {{u"rounds"_s, 400}, {u"round_ms"_s, 20}});
        QTRY_VERIFY_WITH_TIMEOUT(queue().job(run)->record.round() > 12, 30000);
        const std::string remote = there(u"runs/"_s + QDir(run).dirName()).toStdString();
        const std::optional<int> engine = RunLock::holder(remote);
        QVERIFY(engine.has_value());
        // The server's ends of the connection are cut; the engine is not.
        const QStringList cut = sessions();
        QVERIFY(!cut.isEmpty());
        for (const QString& process : cut)
            ::kill(process.toInt(), SIGKILL);
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(run), RunState::Failed, 20000);
        QVERIFY2(failure(run).contains(u"connection to 127.0.0.1 was lost"_s), qPrintable(failure(run)));
        QCOMPARE(RunLock::holder(remote), engine);
        QVERIFY(RunQueue::hasCheckpoint(run));
        queue().resume(run);
        QTRY_VERIFY_WITH_TIMEOUT(stateOf(run) == RunState::Running, 30000);
        QVERIFY(RunLock::holder(remote).has_value() && RunLock::holder(remote) != engine);
        QVERIFY(queue().job(run)->record.hello.firstRound > 10);
        QCOMPARE(queue().job(run)->record.rounds.front().round, 1);
    }

    void aWrongPortIsSaid()
    {
        RemoteTarget wrong = target();
        wrong.port = 1;
        setRemoteTargets(m_bench->workspace->settings(), {wrong});
        const QString run = enqueue(u"books"_s, {{u"rounds"_s, 5}});
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(run), RunState::Failed, 20000);
        QVERIFY2(failure(run).contains(u"127.0.0.1 cannot be reached"_s), qPrintable(failure(run)));
    }

    void aMissingEngineIsSaid()
    {
        RemoteTarget wrong = target();
        wrong.engine = u"/nowhere/fedcctr-engine"_s;
        setRemoteTargets(m_bench->workspace->settings(), {wrong});
        const QString run = enqueue(u"books"_s, {{u"rounds"_s, 5}});
        QTRY_COMPARE_WITH_TIMEOUT(stateOf(run), RunState::Failed, 20000);
        QVERIFY2(failure(run).contains(u"/nowhere/fedcctr-engine was not found"_s), qPrintable(failure(run)));
    }

    void wordsAreSafeInAShell()
    {
        const QString odd = u"it's $HOME; `x` \"y\" \\z"_s;
        QCOMPARE(QString::fromUtf8(run(u"sh"_s, {u"-c"_s, u"printf %s "_s + shellWord(odd)}).out), odd);
        RemoteTarget bad = target();
        bad.host = u"-oProxyCommand=evil"_s;
        QVERIFY(!bad.problem().isEmpty());
    }

private:
    /// Processes of the server that serve a connection.
    QStringList sessions() const
    {
        QHash<QString, QString> parents;
        QStringList servers;
        for (const QString& process : QDir(u"/proc"_s).entryList({u"[0-9]*"_s}, QDir::Dirs)) {
            QFile status(u"/proc/%1/status"_s.arg(process));
            if (!status.open(QIODevice::ReadOnly))
                continue;
            const QString text = QString::fromUtf8(status.readAll());
            parents.insert(process, text.section(u"\nPPid:\t"_s, 1).section(u'\n', 0, 0));
            if (text.startsWith(u"Name:\tsshd"_s))
                servers.append(process);
        }
        const QString listener = QString::number(m_server.processId());
        // A session may be a process and its child, both of which hold the connection.
        servers.removeIf([&](const QString& process) {
            QString ancestor = parents.value(process);
            while (!ancestor.isEmpty() && ancestor != listener)
                ancestor = parents.value(ancestor);
            return ancestor != listener;
        });
        return servers;
    }
};

std::unique_ptr<QObject> tst_remoterun()
{
    return std::make_unique<TestRemoteRun>();
}
#include "tst_remoterun.moc"
