// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runs/runsource.h"

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr int kStopNowAfterMs = 5000;
constexpr int kLogLines = 200;

} // namespace

RunSource::RunSource(QObject* parent)
    : QObject(parent)
{
    m_stopTimer.setSingleShot(true);
    m_stopTimer.setInterval(kStopNowAfterMs);
    connect(&m_stopTimer, &QTimer::timeout, this, [this] {
        m_canStopNow = true;
        Q_EMIT stopNowOffered();
    });
}

void RunSource::begin()
{
    m_log.clear();
    m_error.clear();
    m_summary.reset();
    m_canStopNow = false;
    setState(RunState::Starting);
}

void RunSource::setState(std::optional<RunState> state)
{
    if (state == m_state)
        return;
    m_state = state;
    Q_EMIT stateChanged(state);
}

void RunSource::awaitStop()
{
    setState(RunState::Stopping);
    m_stopTimer.start();
}

void RunSource::addLog(const QString& line)
{
    m_log.append(line);
    if (m_log.size() > kLogLines)
        m_log.removeFirst();
    Q_EMIT logLine(line);
}

bool RunSource::greet(const HelloMessage& hello)
{
    Q_EMIT helloReceived(hello);
    return true;
}

void RunSource::dispatch(const QByteArray& line)
{
    const std::optional<runs::Message> message = parseMessage(line);
    if (!message) {
        if (!line.trimmed().isEmpty())
            Q_EMIT logLine(tr("not understood: %1").arg(QString::fromUtf8(line.left(200))));
        return;
    }
    if (const auto* round = std::get_if<RoundRecord>(&*message))
        handle(*round);
    else if (const auto* reference = std::get_if<ReferenceMessage>(&*message))
        Q_EMIT referenceReceived(*reference);
    else if (const auto* event = std::get_if<EventMessage>(&*message))
        Q_EMIT eventReceived(*event);
    else if (const auto* state = std::get_if<StateMessage>(&*message))
        handle(*state);
    else if (const auto* hello = std::get_if<HelloMessage>(&*message))
        greet(*hello);
    else if (const auto* summary = std::get_if<SummaryMessage>(&*message))
        m_summary = *summary;
    else if (const auto* error = std::get_if<ErrorMessage>(&*message))
        m_error = QString::fromStdString(error->message);
}

void RunSource::handle(const RoundRecord& round)
{
    if (m_state == RunState::Starting)
        setState(RunState::Running);
    Q_EMIT roundReceived(round);
}

void RunSource::handle(const StateMessage& state)
{
    // What the person asked for last stays on the screen until the engine is there.
    if (m_state == RunState::Stopping)
        return;
    if (state.state == RunState::Running || state.state == RunState::Paused
        || state.state == RunState::Stopping)
        setState(state.state.value());
}

void RunSource::end(const RunEnd& end)
{
    m_stopTimer.stop();
    m_canStopNow = false;
    setState({});
    RunEnd known = end;
    if (!known.at.isValid())
        known.at = QDateTime::currentDateTime();
    Q_EMIT ended(known);
}

} // namespace fedcctr::studio
