// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runs/runqueue.h"

#include "app/studio/common/background.h"
#include "app/studio/runs/engineprocess.h"
#include "app/studio/runs/remoterun.h"
#include "app/studio/runs/runbin.h"
#include "app/studio/runs/runfollower.h"
#include "app/studio/runs/runlibrary.h"
#include "app/studio/runs/runscan.h"
#include "app/studio/runs/workspace.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr int kMostParallel = 4;
constexpr int kLogLines = 200;

} // namespace

RunQueue::RunQueue(Workspace* workspace, QObject* parent)
    : QObject(parent)
    , m_workspace(workspace)
    , m_list(workspace)
{
    m_time.start();
    connect(this, &RunQueue::runEnded, workspace->runs(), &RunLibrary::rescan);
    // The first thing that an opening workspace tells.
    connect(workspace, &Workspace::datasetsChanged, this, &RunQueue::restore, Qt::SingleShotConnection);
}

RunQueue::~RunQueue()
{
    for (const auto& job : jobs())
        if (job->source)
            job->source->disconnect(this);
}

QString RunQueue::current() const
{
    const auto found = std::ranges::find_if(jobs(), [](const auto& job) { return job->isActive(); });
    return found == jobs().end() ? QString() : (*found)->run;
}

int RunQueue::activeCount() const
{
    return static_cast<int>(std::ranges::count_if(jobs(), [](const auto& job) { return job->isActive(); }));
}

int RunQueue::parallelRuns() const
{
    return std::clamp(m_workspace->settings().value(u"compute/parallel_runs"_s, 1).toInt(), 1, kMostParallel);
}

QString RunQueue::newDirectory(const QString& what) const
{
    static const QRegularExpression kOdd(u"[^\\w.+=,-]+"_s, QRegularExpression::UseUnicodePropertiesOption);
    const QString stem = m_workspace->runsFolder() + u'/'
        + QDateTime::currentDateTime().toString(u"yyyyMMdd-HHmmss"_s) + u'-'
        + QString(what).replace(kOdd, u"-"_s);
    QString path = stem;
    for (int i = 2; QFileInfo::exists(path) || rowOf(path) >= 0; ++i)
        path = u"%1-%2"_s.arg(stem).arg(i);
    return path;
}

QString RunQueue::enqueue(RunSetup setup, const QString& name)
{
    restore();
    const QString preset =
        setup.preset.isEmpty() ? u"defaults"_s : QFileInfo(setup.preset).completeBaseName();
    const QString what = name.isEmpty() ? preset : name;
    if (setup.run.isEmpty())
        setup.run = newDirectory(what);
    const QString run = setup.run;
    if (rowOf(run) >= 0)
        remove(run);
    m_list.add(std::move(setup), what, RunState::Queued);
    Q_EMIT jobAdded(run);
    m_list.keep();
    m_held = false;
    startNext();
    return run;
}

void RunQueue::startNext()
{
    if (m_held || m_closing)
        return;
    while (activeCount() < parallelRuns()) {
        const auto next = std::ranges::find_if(jobs(), [](const auto& job) { return job->isWaiting(); });
        if (next == jobs().end())
            return;
        launch(**next);
    }
}

void RunQueue::launch(RunJob& job)
{
    const QString run = job.run;
    job.pace.reset();
    job.log.clear();
    job.activity.clear();
    job.canStopNow = false;
    job.record.end.reset();
    if (!QDir().mkpath(QFileInfo(run).absolutePath())) {
        failAtOnce(job,
            tr("%1 cannot be made; open a workspace in a folder that you may write to.")
                .arg(QFileInfo(run).absolutePath()));
        return;
    }
    std::unique_ptr<EngineProcess> engine;
    if (job.setup.target.isEmpty()) {
        engine = std::make_unique<EngineProcess>(m_workspace->engine());
    } else {
        bool found = false;
        RemoteTarget target = remoteTarget(m_workspace->settings(), job.setup.target, &found);
        if (!found || !job.setup.maySend) {
            failAtOnce(job,
                found ? tr("Nobody agreed that the dataset is sent to %1.").arg(job.setup.target)
                      : tr("There is no machine called %1 any more.").arg(job.setup.target));
            return;
        }
        engine = std::make_unique<RemoteRun>(std::move(target));
    }
    EngineProcess* process = engine.get();
    job.source = std::move(engine);
    job.canPause = true;
    listen(run, process);
    setJobState(job, RunState::Starting);
    m_list.keep();
    if (job.setup.resume && !job.record.greeted)
        readEarlier(run);
    process->start(job.setup);
}

/// A run that is resumed tells only what comes; what was before stands in its directory.
void RunQueue::readEarlier(const QString& run)
{
    inBackground(
        this, [run] { return readRecording(run); },
        [this, run](const ReadRun& read) {
            RunJob* job = m_list.find(run);
            if (!job || !read.record)
                return;
            RunRecording record = *read.record;
            record.end.reset();
            if (job->record.greeted) {
                record.begin(job->record.hello);
                record.references = job->record.references;
                for (const RoundRecord& round : job->record.rounds)
                    record.add(round);
                for (const EventMessage& event : job->record.events)
                    record.add(event);
            }
            record.end = job->record.end;
            job->record = std::move(record);
            Q_EMIT recordChanged(run);
        });
}

void RunQueue::failAtOnce(RunJob& job, const QString& message)
{
    RunEnd failure;
    failure.message = message;
    failure.at = QDateTime::currentDateTime();
    job.record.end = failure;
    setJobState(job, RunState::Failed);
    Q_EMIT runEnded(job.run);
}

void RunQueue::setTarget(const QString& run, const QString& target, bool maySend)
{
    RunJob* job = m_list.find(run);
    if (!job || job->isActive())
        return;
    job->setup.target = target;
    job->setup.maySend = maySend;
    m_list.touch(run);
    m_list.keep();
}

void RunQueue::followDetached(RunJob& job)
{
    auto follower = std::make_unique<RunFollower>();
    RunFollower* source = follower.get();
    job.source = std::move(follower);
    job.canPause = false;
    listen(job.run, source);
    source->follow(job.run);
}

void RunQueue::listen(const QString& run, RunSource* source)
{
    connect(source, &RunSource::stateChanged, this,
        [this, run](std::optional<RunState> state) { takeState(run, state); });
    connect(source, &RunSource::activityChanged, this, [this, run](const QString& text) {
        if (RunJob* job = m_list.find(run)) {
            job->activity = text;
            Q_EMIT jobChanged(run);
            m_list.touch(run);
        }
    });
    connect(source, &RunSource::helloReceived, this, [this, run](const HelloMessage& hello) {
        if (RunJob* job = m_list.find(run)) {
            job->activity.clear();
            job->record.begin(hello);
            m_list.touch(run);
            Q_EMIT helloReceived(run, hello);
        }
    });
    connect(source, &RunSource::referenceReceived, this, [this, run](const ReferenceMessage& reference) {
        if (RunJob* job = m_list.find(run)) {
            job->record.add(reference);
            Q_EMIT referenceReceived(run, reference);
        }
    });
    connect(source, &RunSource::roundReceived, this, [this, run](const RoundRecord& round) {
        if (RunJob* job = m_list.find(run)) {
            job->record.add(round);
            job->pace.roundAt(round.round, m_time.elapsed());
            m_list.touch(run);
            Q_EMIT roundReceived(run, round);
        }
    });
    connect(source, &RunSource::eventReceived, this, [this, run](const EventMessage& event) {
        if (RunJob* job = m_list.find(run)) {
            job->record.add(event);
            Q_EMIT eventReceived(run, event);
        }
    });
    connect(source, &RunSource::logLine, this, [this, run](const QString& line) {
        if (RunJob* job = m_list.find(run)) {
            job->log.append(line);
            if (job->log.size() > kLogLines)
                job->log.removeFirst();
            Q_EMIT logLine(run, line);
        }
    });
    connect(source, &RunSource::stopNowOffered, this, [this, run] {
        if (RunJob* job = m_list.find(run)) {
            job->canStopNow = true;
            Q_EMIT jobChanged(run);
        }
    });
    connect(source, &RunSource::ended, this, [this, run](const RunEnd& end) { takeEnd(run, end); });
}

void RunQueue::takeState(const QString& run, std::optional<RunState> state)
{
    RunJob* job = m_list.find(run);
    // The end follows, and knows more.
    if (!job || !state)
        return;
    if (state != RunState::Running)
        job->pace.reset();
    setJobState(*job, *state);
}

void RunQueue::takeEnd(const QString& run, const RunEnd& end)
{
    RunJob* job = m_list.find(run);
    if (!job)
        return;
    // Not now: it is speaking.
    job->source.release()->deleteLater();
    job->record.end = end;
    job->activity.clear();
    job->canStopNow = false;
    setJobState(*job, end.kind);
    Q_EMIT runEnded(run);
    if (m_restart.remove(run) && !m_closing)
        resume(run);
    startNext();
    if (m_closing && !isActive())
        Q_EMIT allStopped();
}

void RunQueue::setJobState(RunJob& job, RunState state)
{
    job.state = state;
    m_list.touch(job.run);
    Q_EMIT jobChanged(job.run);
}

void RunQueue::restore()
{
    if (std::exchange(m_restored, true))
        return;
    for (JobList::Waiting& waiting : m_list.restore()) {
        const QString run = waiting.setup.run;
        if (run.isEmpty() || rowOf(run) >= 0 || !stillWaits(waiting.setup))
            continue;
        m_held = true;
        m_list.add(std::move(waiting.setup), waiting.name, RunState::Queued);
        Q_EMIT jobAdded(run);
    }
    m_list.keep();
    RunLibrary* library = m_workspace->runs();
    if (library->isKnown()) {
        lookForUnfinished();
        return;
    }
    connect(library, &RunLibrary::scanned, this, &RunQueue::lookForUnfinished, Qt::SingleShotConnection);
    if (!library->isScanning())
        library->rescan();
}

void RunQueue::lookForUnfinished()
{
    QStringList runs;
    for (const EntryPtr& run : m_workspace->runs()->runs())
        if (run->group.empty() && !run->summary)
            runs.prepend(QString::fromStdString(run->path.string()));
    inBackground(
        this, [runs] { return findUnfinishedRuns(runs); },
        [this](const std::vector<FoundRun>& found) { takeFound(found); });
}

void RunQueue::takeFound(const std::vector<FoundRun>& found)
{
    for (const FoundRun& entry : found) {
        const QString run = entry.setup.run;
        if (rowOf(run) >= 0)
            continue;
        RunJob& job = m_list.add(entry.setup, QDir(run).dirName(), RunState::Interrupted);
        job.record.hello.rounds = entry.plannedRounds;
        if (entry.isWritten)
            followDetached(job);
        Q_EMIT jobAdded(run);
    }
}

void RunQueue::start(const QString& run)
{
    const int row = rowOf(run);
    if (row < 0 || !jobAt(row)->isWaiting())
        return;
    const auto first = std::ranges::find_if(jobs(), [](const auto& job) { return job->isWaiting(); });
    move(run, static_cast<int>(first - jobs().begin()) - row);
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
    if (RunJob* job = m_list.find(run); job && job->isActive())
        job->source->pause();
}

void RunQueue::resume(const QString& run)
{
    RunJob* job = m_list.find(run);
    if (!job)
        return;
    if (job->isActive()) {
        job->source->resume();
        return;
    }
    if (!job->mayResume())
        return;
    job->setup.resume = true;
    setJobState(*job, RunState::Queued);
    // At once if there is room, else as the next one.
    start(run);
    m_list.keep();
}

void RunQueue::togglePause(const QString& run)
{
    const RunJob* job = this->job(run);
    if (!job)
        return;
    if (job->state == RunState::Running)
        pause(run);
    else
        resume(run);
}

void RunQueue::stop(const QString& run)
{
    RunJob* job = m_list.find(run);
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
    if (RunJob* job = m_list.find(run); job && job->isActive())
        job->source->stopNow();
}

void RunQueue::set(const QString& run, const QString& key, double value)
{
    if (RunJob* job = m_list.find(run); job && job->isActive())
        job->source->set(key, value);
}

void RunQueue::restartFromCheckpoint(const QString& run)
{
    RunJob* job = m_list.find(run);
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
    m_list.remove(row);
    Q_EMIT jobRemoved(run);
    m_list.keep();
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
    m_list.move(from, to);
    m_list.keep();
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
    m_list.keepNow();
    QStringList active;
    for (const auto& job : jobs())
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
    m_list.keepNow();
    for (const auto& job : jobs()) {
        if (!job->isActive())
            continue;
        job->source->disconnect(this);
        job->source->letGo();
        job->source.reset();
    }
}

} // namespace fedcctr::studio
