// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runs/remoterun.h"

#include "app/studio/common/background.h"
#include "app/studio/common/settingsbridge.h"
#include "core/base/error.h"
#include "core/runs/run_config.h"

#include <QDateTime>
#include <QDir>
#include <QJsonDocument>
#include <QLocale>
#include <QSaveFile>

#include <nlohmann/json.hpp>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr int kConnectionLost = 255; ///< ssh's own exit code
constexpr int kNotFound = 127;

QJsonObject readJson(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}

bool writeText(const QString& path, const QByteArray& text)
{
    QSaveFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(text) > 0 && file.commit();
}

bool writeJson(const QString& path, const QJsonObject& content)
{
    return writeText(path, QJsonDocument(content).toJson());
}

} // namespace

RemoteRun::RemoteRun(RemoteTarget target, QObject* parent)
    : EngineProcess(u"ssh"_s, parent)
    , m_target(std::move(target))
{
}

RemoteRun::~RemoteRun()
{
    for (QProcess* process : {&m_step, &m_pack, &m_send, &m_stopper, &m_fetch, &m_unpack}) {
        process->disconnect();
        process->kill();
        process->waitForFinished(1000);
    }
}

QString RemoteRun::targetOf(const QString& run)
{
    return readJson(run + u"/remote.json"_s)["target"_L1].toString();
}

QString RemoteRun::datasetThere() const
{
    return u"%1/datasets/%2-%3"_s.arg(m_target.folder, QDir(m_setup.dataset).dirName(), m_manifest.id);
}

QString RemoteRun::runThere() const
{
    return u"%1/runs/%2"_s.arg(m_target.folder, QDir(m_setup.run).dirName());
}

void RemoteRun::start(const RunSetup& setup)
{
    if (isActive())
        return;
    m_setup = setup;
    m_preparing = true;
    begin();
    const bool made = QDir().mkpath(setup.run)
        && writeJson(setup.run + u"/remote.json"_s,
            {{u"target"_s, m_target.name}, {u"host"_s, m_target.host}, {u"run"_s, runThere()}});
    if (!made) {
        QTimer::singleShot(0, this, [this] { fail(tr("%1 cannot be written.").arg(m_setup.run)); });
        return;
    }
    m_metrics.setFileName(setup.run + u"/metrics.jsonl"_s);
    m_events.setFileName(setup.run + u"/events.jsonl"_s);
    Q_EMIT activityChanged(tr("reading the dataset"));
    inBackground(
        this, [dataset = setup.dataset] { return readManifest(dataset); },
        [this](const DatasetManifest& manifest) { takeManifest(manifest); });
}

void RemoteRun::takeManifest(const DatasetManifest& manifest)
{
    if (!m_preparing)
        return;
    m_manifest = manifest;
    if (!manifest.problem.isEmpty())
        fail(manifest.problem);
    else
        lookForDataset();
}

void RemoteRun::step(
    QProcess& ssh, const QString& command, const std::function<void(int code, const QString& error)>& next)
{
    ssh.setStandardOutputFile(QProcess::nullDevice());
    connect(&ssh, &QProcess::finished, this, [&ssh, next](int code, QProcess::ExitStatus status) {
        const QString error = QString::fromUtf8(ssh.readAllStandardError()).trimmed();
        next(status == QProcess::NormalExit ? code : kConnectionLost, error);
    });
    connect(&ssh, &QProcess::errorOccurred, this, [this, &ssh, next](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            next(kNotFound, cannotStart(ssh.errorString()));
    });
    ssh.start(u"ssh"_s, m_target.sshArguments(command));
}

void RemoteRun::lookForDataset()
{
    Q_EMIT activityChanged(tr("asking %1").arg(m_target.name));
    const QString there = shellPath(datasetThere());
    step(m_step,
        u"mkdir -p %1 %2 && cd %1 && cat > .manifest && sha256sum --status -c .manifest"_s.arg(
            there, shellPath(m_target.folder + u"/runs"_s)),
        [this](int code, const QString& error) {
            if (!m_preparing)
                return;
            if (code == 0)
                startEngine();
            else if (code == kConnectionLost || code == kNotFound)
                fail(tr("%1 cannot be reached: %2").arg(m_target.host, error));
            else
                sendDataset();
        });
    m_step.write(m_manifest.sums);
    m_step.closeWriteChannel();
}

void RemoteRun::sendDataset()
{
    Q_EMIT activityChanged(tr("sending the dataset (%1) to %2")
                               .arg(QLocale().formattedDataSize(m_manifest.bytes), m_target.name));
    QStringList arguments{u"-C"_s, m_setup.dataset, u"-cf"_s, u"-"_s, u"--"_s};
    arguments += m_manifest.files;
    m_pack.setStandardOutputProcess(&m_send);
    step(m_send, u"cd %1 && tar -xf - && sha256sum --status -c .manifest"_s.arg(shellPath(datasetThere())),
        [this](int code, const QString& error) {
            if (!m_preparing)
                return;
            if (code == 0)
                startEngine();
            else
                fail(tr("The dataset could not be sent to %1: %2")
                         .arg(m_target.host, error.isEmpty() ? tr("the copy there is damaged") : error));
        });
    m_pack.start(u"tar"_s, arguments);
}

void RemoteRun::startEngine()
{
    m_preparing = false;
    Q_EMIT activityChanged(tr("starting on %1").arg(m_target.name));
    RunSetup there = m_setup;
    if (there.preset.contains(u'/')) {
        // A preset of our own is a file that is not there: its settings go instead.
        there.settings = allAssignments(there.preset) + there.settings;
        there.preset.clear();
    }
    const QStringList words = trainArguments(there, {}, {});
    QStringList command{
        u"exec"_s, m_target.engine.contains(u'/') ? shellPath(m_target.engine) : shellWord(m_target.engine)};
    for (qsizetype i = 0; i < words.size(); ++i) {
        if (i == 1)
            command.append(shellPath(datasetThere()));
        else if (words[i].isEmpty())
            command.append(shellPath(runThere()));
        else
            command.append(shellWord(words[i]));
    }
    if (m_setup.resume)
        command.append(u"--take-over"_s);
    launch(u"ssh"_s, m_target.sshArguments(command.join(u' ')));
}

void RemoteRun::dispatch(const QByteArray& line)
{
    EngineProcess::dispatch(line);
    const bool round = line.contains("\"type\":\"round\"");
    const bool event = line.contains("\"type\":\"event\"") || line.contains("\"type\":\"reference\"")
        || line.contains("\"type\":\"hello\"");
    QFile& file = round ? m_metrics : m_events;
    if ((round || event) && (file.isOpen() || file.open(QIODevice::WriteOnly | QIODevice::Append))) {
        file.write(line + '\n');
        file.flush();
    }
}

bool RemoteRun::greet(const HelloMessage& hello)
{
    if (!EngineProcess::greet(hello))
        return false;
    writeLocalConfig(hello);
    return true;
}

void RemoteRun::writeLocalConfig(const HelloMessage& hello) const
{
    const QString file = m_setup.run + u"/config.json"_s;
    if (QFile::exists(file))
        return;
    const settings::Provenance provenance{m_setup.dataset.toStdString(), hello.version,
        QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toStdString(), hello.data};
    const nlohmann::json document = settings::runDocument(runs::settingsJson(hello.settings), provenance);
    writeText(file, QByteArray::fromStdString(document.dump(2) + '\n'));
}

QString RemoteRun::cannotStart(const QString& reason) const
{
    return tr("ssh cannot be started (%1). Runs on other machines need OpenSSH's client.").arg(reason);
}

QString RemoteRun::silentEnd(bool crashed, int code) const
{
    if (code == kConnectionLost)
        return tr("The connection to %1 was lost. An engine that goes on there is taken over by Resume")
            .arg(m_target.host);
    if (code == kNotFound)
        return tr("%1 was not found on %2").arg(m_target.engine, m_target.host);
    return EngineProcess::silentEnd(crashed, code);
}

void RemoteRun::conclude(const RunEnd& result)
{
    m_metrics.close();
    m_events.close();
    if (exitCode() == kConnectionLost || exitCode() == kNotFound)
        end(result);
    else
        fetch(result);
}

void RemoteRun::fetch(const RunEnd& result)
{
    Q_EMIT activityChanged(tr("copying the results back"));
    m_fetch.setStandardOutputProcess(&m_unpack);
    const auto look = [this, result] {
        if (m_fetch.state() == QProcess::NotRunning && m_unpack.state() == QProcess::NotRunning)
            finishFetch(result);
    };
    for (QProcess* process : {&m_fetch, &m_unpack})
        connect(process, &QProcess::finished, this, look);
    m_fetch.start(u"ssh"_s,
        m_target.sshArguments(
            u"cd %1 && tar -cf - --exclude=engine.pid --exclude=noise.key ."_s.arg(shellPath(runThere()))));
    m_unpack.start(u"tar"_s, {u"-C"_s, m_setup.run, u"-xf"_s, u"-"_s});
}

void RemoteRun::finishFetch(const RunEnd& result)
{
    RunEnd known = result;
    const auto good = [](const QProcess& process) {
        return process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0;
    };
    if (!good(m_fetch) || !good(m_unpack)) {
        const QString why = QString::fromUtf8(m_fetch.readAllStandardError()).trimmed();
        if (known.kind != RunState::Failed)
            known.message =
                tr("The run ended on %1, but its results could not be copied back: %2. Resume tries again.")
                    .arg(m_target.host, why);
        known.kind = RunState::Failed;
        end(known);
        return;
    }
    // Here, the dataset is where it always was.
    try {
        if (const QString file = m_setup.run + u"/config.json"_s; QFile::exists(file))
            runs::moveDataset(file.toStdString(), m_setup.dataset.toStdString());
    } catch (const Error& error) {
        if (known.kind != RunState::Failed)
            known.message = QString::fromUtf8(error.what());
        known.kind = RunState::Failed;
    }
    end(known);
}

void RemoteRun::fail(const QString& message)
{
    m_preparing = false;
    RunEnd result;
    result.message = message;
    end(result);
}

void RemoteRun::stop()
{
    if (!m_preparing) {
        EngineProcess::stop();
        return;
    }
    m_preparing = false;
    for (QProcess* process : {&m_step, &m_pack, &m_send})
        process->kill();
    RunEnd result;
    result.kind = RunState::Stopped;
    end(result);
}

void RemoteRun::stopNow()
{
    if (m_preparing) {
        stop();
        return;
    }
    if (!isRunning() || m_stopper.state() != QProcess::NotRunning)
        return;
    // Without its ssh, the engine would go on.
    expectEnd();
    step(m_stopper, u"kill -KILL \"$(head -n 1 %1/engine.pid)\""_s.arg(shellPath(runThere())),
        [this](int, const QString&) { kill(); });
}

} // namespace fedcctr::studio
