// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/engineprocess.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr int kProtocol = 1;
constexpr qint64 kSliceMs = 5;
constexpr int kStopNowAfterMs = 5000;
constexpr int kLogLines = 200;
constexpr int kKillWaitMs = 2000;

} // namespace

EngineProcess::EngineProcess(const QString& program, QObject* parent)
    : QObject(parent)
    , m_program(program)
{
    m_stopTimer.setSingleShot(true);
    m_stopTimer.setInterval(kStopNowAfterMs);
    connect(&m_stopTimer, &QTimer::timeout, this, [this] {
        m_canStopNow = true;
        Q_EMIT stopNowOffered();
    });
    connect(&m_process, &QProcess::readyReadStandardOutput, this, &EngineProcess::takeSlice);
    connect(&m_process, &QProcess::readyReadStandardError, this, &EngineProcess::readErrors);
    connect(&m_process, &QProcess::finished, this, [this] {
        m_exited = true;
        takeSlice();
    });
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error != QProcess::FailedToStart)
            return;
        m_error =
            tr("%1 cannot be started (%2). It belongs beside this program: install FedCCTR Studio again.")
                .arg(QDir::toNativeSeparators(m_program), m_process.errorString());
        m_exited = true;
        // After start() has returned: the caller may still be connecting.
        QTimer::singleShot(0, this, &EngineProcess::takeSlice);
    });
}

EngineProcess::~EngineProcess()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.disconnect(this);
    m_process.kill();
    m_process.waitForFinished(kKillWaitMs);
}

QString EngineProcess::besideThisProgram()
{
    return QCoreApplication::applicationDirPath() + u"/fedcctr-engine"_s;
}

void EngineProcess::start(const RunSetup& setup)
{
    if (isActive())
        return;
    m_buffer.clear();
    m_read = 0;
    m_log.clear();
    m_error.clear();
    m_summary.reset();
    m_exited = false;
    m_killed = false;
    m_canStopNow = false;
    QStringList arguments{u"train"_s, setup.dataset, u"--out"_s, setup.run, u"--json-lines"_s};
    if (!setup.preset.isEmpty())
        arguments << u"--preset"_s << setup.preset;
    for (const QString& setting : setup.settings)
        arguments << u"--set"_s << setting;
    if (setup.resume)
        arguments << u"--resume"_s;
    setState(State::Starting);
    m_process.start(m_program, arguments);
}

void EngineProcess::pause()
{
    if (m_state != State::Running)
        return;
    setState(State::Pausing);
    send({{u"command"_s, u"pause"_s}});
}

void EngineProcess::resume()
{
    if (m_state == State::Paused || m_state == State::Pausing)
        send({{u"command"_s, u"resume"_s}});
}

void EngineProcess::stop()
{
    if (!isActive() || m_state == State::Stopping)
        return;
    setState(State::Stopping);
    send({{u"command"_s, u"stop"_s}});
    m_stopTimer.start();
}

void EngineProcess::stopNow()
{
    if (!isActive())
        return;
    m_killed = true;
    m_process.kill();
}

void EngineProcess::set(const QString& key, double value)
{
    if (isActive())
        send({{u"command"_s, u"set"_s}, {u"key"_s, key}, {u"value"_s, value}});
}

void EngineProcess::setState(State state)
{
    if (state == m_state)
        return;
    m_state = state;
    Q_EMIT stateChanged(state);
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
        if (text.isEmpty())
            continue;
        m_log.append(text);
        if (m_log.size() > kLogLines)
            m_log.removeFirst();
        Q_EMIT logLine(text);
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
    if (!more && m_exited && isActive())
        conclude();
}

void EngineProcess::dispatch(const QByteArray& line)
{
    const std::optional<EngineMessage> message = parseMessage(line);
    if (!message) {
        if (!line.trimmed().isEmpty())
            Q_EMIT logLine(tr("not understood: %1").arg(QString::fromUtf8(line.left(200))));
        return;
    }
    if (const auto* round = std::get_if<RoundMessage>(&*message))
        handle(*round);
    else if (const auto* reference = std::get_if<ReferenceMessage>(&*message))
        Q_EMIT referenceReceived(*reference);
    else if (const auto* event = std::get_if<EventMessage>(&*message))
        Q_EMIT eventReceived(*event);
    else if (const auto* state = std::get_if<StateMessage>(&*message))
        handle(*state);
    else if (const auto* hello = std::get_if<HelloMessage>(&*message))
        handle(*hello);
    else if (const auto* summary = std::get_if<SummaryMessage>(&*message))
        m_summary = *summary;
    else if (const auto* error = std::get_if<ErrorMessage>(&*message))
        m_error = error->message;
}

void EngineProcess::handle(const HelloMessage& hello)
{
    if (hello.protocol != kProtocol) {
        m_error = tr("The engine speaks protocol %1, this window protocol %2. Install both from one version.")
                      .arg(hello.protocol)
                      .arg(kProtocol);
        m_process.kill();
        return;
    }
    Q_EMIT helloReceived(hello);
}

void EngineProcess::handle(const RoundMessage& round)
{
    if (m_state == State::Starting)
        setState(State::Running);
    Q_EMIT roundReceived(round);
}

void EngineProcess::handle(const StateMessage& state)
{
    // What the person asked for last stays on the screen until the engine is there.
    if (m_state == State::Stopping)
        return;
    if (state.state == "running"_L1)
        setState(State::Running);
    else if (state.state == "paused"_L1)
        setState(State::Paused);
    else if (state.state == "stopping"_L1)
        setState(State::Stopping);
}

void EngineProcess::conclude()
{
    readErrors();
    m_stopTimer.stop();
    m_canStopNow = false;
    const RunEnd end = outcome();
    setState(State::Idle);
    Q_EMIT ended(end);
}

RunEnd EngineProcess::outcome() const
{
    RunEnd end;
    end.log = log();
    if (!m_error.isEmpty()) {
        end.message = m_error;
    } else if (m_summary) {
        end.summary = m_summary->summary;
        end.kind = m_summary->reason == "budget-spent"_L1 ? RunEnd::Kind::BudgetSpent
            : m_summary->reason == "stopped"_L1           ? RunEnd::Kind::Stopped
                                                          : RunEnd::Kind::Finished;
    } else if (m_killed) {
        end.kind = RunEnd::Kind::Stopped;
    } else {
        const QString how = m_process.exitStatus() == QProcess::CrashExit
            ? tr("The engine crashed or was killed")
            : tr("The engine ended without a result (exit code %1)").arg(m_process.exitCode());
        end.message = m_log.isEmpty() ? how : tr("%1: %2").arg(how, m_log.last());
    }
    return end;
}

} // namespace fedcctr::studio
