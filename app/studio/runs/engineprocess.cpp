// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runs/engineprocess.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QJsonDocument>

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr qint64 kSliceMs = 5;
constexpr int kKillWaitMs = 2000;

} // namespace

void DetachableProcess::letGo()
{
    if (state() == NotRunning)
        return;
    // What is still to be written, e.g. "resume", goes first.
    waitForBytesWritten(kKillWaitMs);
    closeWriteChannel();
    closeReadChannel(StandardOutput);
    closeReadChannel(StandardError);
    // A running process would be killed with its object.
    setProcessState(NotRunning);
}

EngineProcess::EngineProcess(const QString& program, QObject* parent)
    : RunSource(parent)
    , m_program(program)
{
    // A session of its own: what ends the terminal or the desktop's session leaves a detached engine alone.
    m_process.setChildProcessModifier([] { ::setsid(); });
    connect(&m_process, &QProcess::readyReadStandardOutput, this, &EngineProcess::takeSlice);
    connect(&m_process, &QProcess::readyReadStandardError, this, &EngineProcess::readErrors);
    connect(&m_process, &QProcess::finished, this, [this] {
        m_exited = true;
        takeSlice();
    });
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error != QProcess::FailedToStart)
            return;
        m_error = cannotStart(m_process.errorString());
        m_exited = true;
        // After start() has returned: the caller may still be connecting.
        QTimer::singleShot(0, this, &EngineProcess::takeSlice);
    });
}

EngineProcess::~EngineProcess()
{
    m_process.disconnect(this);
    if (!isRunning())
        return;
    m_process.kill();
    m_process.waitForFinished(kKillWaitMs);
}

QString EngineProcess::besideThisProgram()
{
    return QCoreApplication::applicationDirPath() + u"/fedcctr-engine"_s;
}

QStringList EngineProcess::trainArguments(const RunSetup& setup, const QString& dataset, const QString& run)
{
    QStringList arguments{u"train"_s, dataset, u"--out"_s, run, u"--json-lines"_s};
    if (setup.resume) {
        // A resumed run keeps its settings.
        arguments << u"--resume"_s;
        return arguments;
    }
    if (!setup.preset.isEmpty())
        arguments << u"--preset"_s << setup.preset;
    for (const QString& setting : setup.settings)
        arguments << u"--set"_s << setting;
    return arguments;
}

void EngineProcess::start(const RunSetup& setup)
{
    if (isActive())
        return;
    begin();
    launch(m_program, trainArguments(setup, setup.dataset, setup.run));
}

void EngineProcess::launch(const QString& program, const QStringList& arguments)
{
    m_buffer.clear();
    m_read = 0;
    m_exited = false;
    m_killed = false;
    m_process.start(program, arguments);
}

QString EngineProcess::cannotStart(const QString& reason) const
{
    return tr("%1 cannot be started (%2). It belongs beside this program: install FedCCTR Studio again.")
        .arg(QDir::toNativeSeparators(m_program), reason);
}

void EngineProcess::pause()
{
    if (state() != RunState::Running)
        return;
    setState(RunState::Pausing);
    send({{u"command"_s, u"pause"_s}});
}

void EngineProcess::resume()
{
    if (state() == RunState::Paused || state() == RunState::Pausing)
        send({{u"command"_s, u"resume"_s}});
}

void EngineProcess::stop()
{
    if (!isActive() || state() == RunState::Stopping)
        return;
    send({{u"command"_s, u"stop"_s}});
    awaitStop();
}

void EngineProcess::stopNow()
{
    if (isActive())
        kill();
}

void EngineProcess::kill()
{
    m_killed = true;
    m_process.kill();
}

void EngineProcess::set(const QString& key, double value)
{
    if (isActive())
        send({{u"command"_s, u"set"_s}, {u"key"_s, key}, {u"value"_s, value}});
}

void EngineProcess::letGo()
{
    // A paused engine would wait for ever.
    resume();
    m_process.disconnect(this);
    m_process.letGo();
    setState({});
}

void EngineProcess::send(const QJsonObject& command)
{
    m_process.write(QJsonDocument(command).toJson(QJsonDocument::Compact) + '\n');
}

void EngineProcess::readErrors()
{
    while (m_process.bytesAvailable() >= 0) {
        m_process.setReadChannel(QProcess::StandardError);
        const bool complete = m_process.canReadLine();
        const QByteArray line = complete || m_exited ? m_process.readLine() : QByteArray();
        m_process.setReadChannel(QProcess::StandardOutput);
        if (line.isEmpty())
            return;
        const QString text = QString::fromUtf8(line).trimmed();
        if (!text.isEmpty())
            addLog(text);
    }
}

void EngineProcess::takeSlice()
{
    m_sliceQueued = false;
    m_buffer += m_process.readAllStandardOutput();
    QElapsedTimer spent;
    spent.start();
    for (qsizetype end = m_buffer.indexOf('\n', m_read); end >= 0; end = m_buffer.indexOf('\n', m_read)) {
        if (spent.elapsed() >= kSliceMs)
            break;
        const QByteArray line = m_buffer.mid(m_read, end - m_read);
        m_read = end + 1;
        dispatch(line);
    }
    m_buffer.remove(0, m_read);
    m_read = 0;
    const bool more = m_buffer.contains('\n');
    if (more && !m_sliceQueued) {
        m_sliceQueued = true;
        QTimer::singleShot(0, this, &EngineProcess::takeSlice);
    }
    if (!more && m_exited && isActive()) {
        readErrors();
        m_exited = false;
        conclude(outcome());
    }
}

bool EngineProcess::greet(const HelloMessage& hello)
{
    if (hello.protocol == HelloMessage::kProtocol)
        return RunSource::greet(hello);
    m_error = tr("The engine speaks protocol %1, this window protocol %2. Install both from one version.")
                  .arg(hello.protocol)
                  .arg(HelloMessage::kProtocol);
    m_process.kill();
    return false;
}

QString EngineProcess::silentEnd(bool crashed, int code) const
{
    return crashed ? tr("The engine crashed or was killed")
                   : tr("The engine ended without a result (exit code %1)").arg(code);
}

RunEnd EngineProcess::outcome() const
{
    RunEnd result;
    result.log = log();
    if (!m_error.isEmpty()) {
        result.message = m_error;
    } else if (summary()) {
        result.summary = summary()->summary;
        result.kind = summary()->reason.value().value_or(RunState::Finished);
    } else if (m_killed) {
        result.kind = RunState::Stopped;
    } else {
        const QString how = silentEnd(m_process.exitStatus() == QProcess::CrashExit, m_process.exitCode());
        result.message = logLines().isEmpty() ? how : tr("%1: %2").arg(how, logLines().last());
    }
    return result;
}

} // namespace fedcctr::studio
