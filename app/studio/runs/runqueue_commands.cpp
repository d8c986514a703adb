// SPDX-License-Identifier: GPL-3.0-or-later
// What a person does to one run or to all of them.
#include "app/studio/runs/runqueue.h"

#include "app/studio/runs/remoterun.h"
#include "app/studio/runs/runbin.h"

#include <QFileInfo>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

void RunQueue::start(const QString& run)
{
    const int row = rowOf(run);
    if (row < 0 || !jobAt(row)->isWaiting())
        return;
    const auto first = std::ranges::find_if(m_jobs, [](const auto& job) { return job->isWaiting(); });
    move(run, static_cast<int>(first - m_jobs.begin()) - row);
    startQueue();
}

void RunQueue::startQueue()
{
    restore();
    m_held = false;
    startNext();
}

void RunQueue::pause(const QString& run)
{
    if (RunJob* job = find(run); job && job->isActive())
        job->source->pause();
}

void RunQueue::resume(const QString& run)
{
    RunJob* job = find(run);
    if (!job)
        return;
    if (job->isActive()) {
        job->source->resume();
        return;
    }
    if (!job->mayResume())
        return;
    job->setup.resume = true;
    setJobState(*job, JobState::Queued);
    // At once if there is room, else as the next one.
    start(run);
    keep();
}

void RunQueue::togglePause(const QString& run)
{
    const RunJob* job = this->job(run);
    if (!job)
        return;
    if (job->state == JobState::Running)
        pause(run);
    else
        resume(run);
}

void RunQueue::stop(const QString& run)
{
    RunJob* job = find(run);
    if (!job)
        return;
    if (job->isActive())
        job->source->stop();
    else if (job->isWaiting())
        remove(run);
}

void RunQueue::stopCurrent()
{
    const RunJob* job = this->job(current());
    if (!job)
        return;
    if (job->canStopNow)
        stopNow(job->run);
    else
        stop(job->run);
}

void RunQueue::stopNow(const QString& run)
{
    if (RunJob* job = find(run); job && job->isActive())
        job->source->stopNow();
}

void RunQueue::set(const QString& run, const QString& key, double value)
{
    if (RunJob* job = find(run); job && job->isActive())
        job->source->set(key, value);
}

void RunQueue::restartFromCheckpoint(const QString& run)
{
    RunJob* job = find(run);
    if (!job)
        return;
    if (!job->isActive()) {
        resume(run);
        return;
    }
    // What came after the checkpoint is given up, so there is nothing to wait for.
    m_restart.insert(run);
    job->source->stopNow();
}

void RunQueue::remove(const QString& name, bool toBin)
{
    // The caller's text may be the job's own, which goes.
    const QString run = name;
    const int row = rowOf(run);
    if (row < 0 || jobAt(row)->isActive())
        return;
    beginRemoveRows({}, row, row);
    m_jobs.erase(m_jobs.begin() + row);
    endRemoveRows();
    m_dirty.remove(run);
    Q_EMIT jobRemoved(run);
    keep();
    if (toBin)
        binRuns(m_workspace, {run}, this,
            [this](widgets::MessageBar::Kind kind, const QString& text, const auto& actions) {
                Q_EMIT told(kind, text, actions);
            });
}

void RunQueue::move(const QString& run, int by)
{
    const int from = rowOf(run);
    const int to = std::clamp(from + by, 0, jobCount() - 1);
    if (from < 0 || to == from)
        return;
    beginMoveRows({}, from, from, {}, to > from ? to + 1 : to);
    const auto moved = m_jobs.begin() + from;
    if (to > from)
        std::rotate(moved, moved + 1, m_jobs.begin() + to + 1);
    else
        std::rotate(m_jobs.begin() + to, moved, moved + 1);
    endMoveRows();
    keep();
}

void RunQueue::duplicate(const QString& run)
{
    if (const RunJob* job = this->job(run))
        Q_EMIT duplicateRequested(job->setup.preset, job->setup.settings);
}

bool RunQueue::hasResults(const QString& run)
{
    return QFileInfo::exists(run + u"/config.json"_s);
}

bool RunQueue::hasCheckpoint(const QString& run)
{
    return QFileInfo::exists(run + u"/checkpoint/state.bin"_s) || !RemoteRun::targetOf(run).isEmpty();
}

void RunQueue::stopAll()
{
    m_closing = true;
    keepNow();
    QStringList active;
    for (const auto& job : m_jobs)
        if (job->isActive())
            active.append(job->run);
    for (const QString& run : active)
        stop(run);
    if (!isActive())
        QTimer::singleShot(0, this, &RunQueue::allStopped);
}

void RunQueue::detachAll()
{
    m_closing = true;
    keepNow();
    for (const auto& job : m_jobs) {
        if (!job->isActive())
            continue;
        job->source->disconnect(this);
        job->source->letGo();
        job->source.reset();
    }
}

} // namespace fedcctr::studio
