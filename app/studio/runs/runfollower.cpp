// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runs/runfollower.h"

#include "app/studio/runs/runrecording.h"
#include "core/runs/run_lock.h"

#include <csignal>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr int kLookMs = 250;
constexpr qint64 kSliceMs = 5;
constexpr qint64 kChunk = 64 * 1024;

} // namespace

RunFollower::RunFollower(QObject* parent)
    : RunSource(parent)
{
    m_timer.setInterval(kLookMs);
    connect(&m_timer, &QTimer::timeout, this, &RunFollower::look);
}

void RunFollower::follow(const QString& run)
{
    if (isActive())
        return;
    begin();
    m_run = run;
    m_killed = false;
    m_events.file.setFileName(run + u"/events.jsonl"_s);
    m_rounds.file.setFileName(run + u"/metrics.jsonl"_s);
    m_events.pending.clear();
    m_rounds.pending.clear();
    m_timer.start();
    QTimer::singleShot(0, this, &RunFollower::look);
}

/// Takes whole lines for as long as there is time. True if more wait.
bool RunFollower::take(Tail& tail, const QElapsedTimer& spent)
{
    if (!tail.file.isOpen() && !tail.file.open(QIODevice::ReadOnly))
        return false;
    while (spent.elapsed() < kSliceMs) {
        const qsizetype end = tail.pending.indexOf('\n');
        if (end >= 0) {
            const QByteArray line = tail.pending.left(end);
            tail.pending.remove(0, end + 1);
            dispatch(line);
            continue;
        }
        const QByteArray more = tail.file.read(kChunk);
        if (more.isEmpty())
            return false;
        tail.pending += more;
    }
    return true;
}

void RunFollower::look()
{
    if (!isActive())
        return;
    // Asked before reading: what a living engine wrote before it ended is then read below.
    const bool alive = runs::RunLock::isHeld(m_run.toStdString());
    QElapsedTimer spent;
    spent.start();
    const bool more = take(m_events, spent) || take(m_rounds, spent);
    if (more)
        QTimer::singleShot(0, this, &RunFollower::look);
    else if (!alive)
        conclude();
}

void RunFollower::conclude()
{
    m_timer.stop();
    m_events.file.close();
    m_rounds.file.close();
    RunEnd result;
    result.log = log();
    if (std::optional<runs::SummaryRecord> summary = summaryOf(m_run)) {
        result.kind = summary->reason.value().value_or(RunState::Finished);
        result.summary = std::move(summary);
        result.at = endOfRun(m_run);
    } else if (m_killed) {
        result.kind = RunState::Stopped;
    } else {
        result.message = m_error.isEmpty() ? tr("The engine crashed or was killed") : m_error;
    }
    end(result);
}

void RunFollower::signal(int number)
{
    // The kernel names the process that holds the run: no other can be hit.
    if (const std::optional<int> process = runs::RunLock::holder(m_run.toStdString()))
        ::kill(*process, number);
}

void RunFollower::stop()
{
    if (!isActive() || state() == RunState::Stopping)
        return;
    signal(SIGTERM);
    awaitStop();
}

void RunFollower::stopNow()
{
    if (!isActive())
        return;
    m_killed = true;
    signal(SIGKILL);
}

void RunFollower::letGo()
{
    m_timer.stop();
    setState({});
}

} // namespace fedcctr::studio
