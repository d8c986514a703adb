// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runs/runqueue.h"

#include "app/studio/common/background.h"
#include "app/studio/runs/engineprocess.h"
#include "app/studio/runs/remoterun.h"
#include "app/studio/runs/runfollower.h"
#include "app/studio/runs/runlibrary.h"
#include "app/studio/runs/runscan.h"
#include "app/studio/runs/workspace.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr int kRefreshMs = 100;
constexpr int kMostParallel = 4;
constexpr int kLogLines = 200;

QJsonObject toJson(const RunJob& job)
{
    return {{u"name"_s, job.name}, {u"run"_s, job.run}, {u"dataset"_s, job.setup.dataset},
        {u"preset"_s, job.setup.preset}, {u"settings"_s, QJsonArray::fromStringList(job.setup.settings)},
        {u"resume"_s, job.setup.resume}, {u"target"_s, job.setup.target}, {u"may_send"_s, job.setup.maySend}};
}

RunSetup setupFrom(const QJsonObject& json)
{
    RunSetup setup;
    setup.run = json["run"_L1].toString();
    setup.dataset = json["dataset"_L1].toString();
    setup.preset = json["preset"_L1].toString();
    for (const QJsonValue& setting : json["settings"_L1].toArray())
        setup.settings.append(setting.toString());
    setup.resume = json["resume"_L1].toBool();
    setup.target = json["target"_L1].toString();
    setup.maySend = json["may_send"_L1].toBool();
    return setup;
}

JobState jobStateOf(RunSource::State state)
{
    switch (state) {
    case RunSource::State::Running:
        return JobState::Running;
    case RunSource::State::Pausing:
        return JobState::Pausing;
    case RunSource::State::Paused:
        return JobState::Paused;
    case RunSource::State::Stopping:
        return JobState::Stopping;
    case RunSource::State::Starting:
    case RunSource::State::Idle:
        break;
    }
    return JobState::Starting;
}

JobState jobStateOf(RunEnd::Kind kind)
{
    switch (kind) {
    case RunEnd::Kind::Finished:
        return JobState::Finished;
    case RunEnd::Kind::Stopped:
        return JobState::Stopped;
    case RunEnd::Kind::BudgetSpent:
        return JobState::BudgetSpent;
    case RunEnd::Kind::Failed:
        break;
    }
    return JobState::Failed;
}

} // namespace

bool RunJob::mayResume() const
{
    return !isActive()
        && (state == JobState::Stopped || state == JobState::Failed || state == JobState::Interrupted);
}

std::optional<double> RunJob::timeLeft() const
{
    const double perSecond = pace.roundsPerSecond();
    if (perSecond <= 0 || !isActive())
        return std::nullopt;
    return std::max(0, record.hello.expectedRounds() - record.round()) / perSecond;
}

RunQueue::RunQueue(Workspace* workspace, QObject* parent)
    : QAbstractTableModel(parent)
    , m_workspace(workspace)
{
    m_time.start();
    m_refresh.setSingleShot(true);
    m_refresh.setInterval(kRefreshMs);
    connect(&m_refresh, &QTimer::timeout, this, &RunQueue::refreshRows);
    m_keep.setSingleShot(true);
    m_keep.setInterval(0);
    connect(&m_keep, &QTimer::timeout, this, &RunQueue::keepNow);
    connect(this, &RunQueue::runEnded, workspace->runs(), &RunLibrary::rescan);
    // The first thing that an opening workspace tells.
    connect(workspace, &Workspace::datasetsChanged, this, &RunQueue::restore, Qt::SingleShotConnection);
}

RunQueue::~RunQueue()
{
    for (const auto& job : m_jobs)
        if (job->source)
            job->source->disconnect(this);
}

RunJob* RunQueue::find(const QString& run)
{
    const auto found = std::ranges::find_if(m_jobs, [&run](const auto& job) { return job->run == run; });
    return found == m_jobs.end() ? nullptr : found->get();
}

const RunJob* RunQueue::job(const QString& run) const
{
    return jobAt(rowOf(run));
}

const RunJob* RunQueue::jobAt(int row) const
{
    return row >= 0 && row < jobCount() ? m_jobs[static_cast<std::size_t>(row)].get() : nullptr;
}

int RunQueue::rowOf(const QString& run) const
{
    const auto found = std::ranges::find_if(m_jobs, [&run](const auto& job) { return job->run == run; });
    return found == m_jobs.end() ? -1 : static_cast<int>(found - m_jobs.begin());
}

QString RunQueue::current() const
{
    const auto found = std::ranges::find_if(m_jobs, [](const auto& job) { return job->isActive(); });
    return found == m_jobs.end() ? QString() : (*found)->run;
}

int RunQueue::activeCount() const
{
    return static_cast<int>(std::ranges::count_if(m_jobs, [](const auto& job) { return job->isActive(); }));
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

RunJob& RunQueue::add(RunSetup setup, const QString& name, JobState state)
{
    auto job = std::make_unique<RunJob>();
    job->run = setup.run;
    job->name = name;
    job->setup = std::move(setup);
    job->state = state;
    job->record.run = job->run;
    beginInsertRows({}, jobCount(), jobCount());
    m_jobs.push_back(std::move(job));
    endInsertRows();
    return *m_jobs.back();
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
    add(std::move(setup), what, JobState::Queued);
    Q_EMIT jobAdded(run);
    keep();
    m_held = false;
    startNext();
    return run;
}

void RunQueue::startNext()
{
    if (m_held || m_closing)
        return;
    while (activeCount() < parallelRuns()) {
        const auto next = std::ranges::find_if(m_jobs, [](const auto& job) { return job->isWaiting(); });
        if (next == m_jobs.end())
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
    setJobState(job, JobState::Starting);
    keep();
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
            RunJob* job = find(run);
            if (!job || !read.record)
                return;
            RunRecording record = *read.record;
            record.end.reset();
            if (job->record.greeted) {
                record.begin(job->record.hello);
                record.references = job->record.references;
                for (const RoundMessage& round : job->record.rounds)
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
    setJobState(job, JobState::Failed);
    Q_EMIT runEnded(job.run);
}

void RunQueue::setTarget(const QString& run, const QString& target, bool maySend)
{
    RunJob* job = find(run);
    if (!job || job->isActive())
        return;
    job->setup.target = target;
    job->setup.maySend = maySend;
    touch(run);
    keep();
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
        [this, run](RunSource::State state) { takeState(run, state); });
    connect(source, &RunSource::activityChanged, this, [this, run](const QString& text) {
        if (RunJob* job = find(run)) {
            job->activity = text;
            Q_EMIT jobChanged(run);
            touch(run);
        }
    });
    connect(source, &RunSource::helloReceived, this, [this, run](const HelloMessage& hello) {
        if (RunJob* job = find(run)) {
            job->activity.clear();
            job->record.begin(hello);
            touch(run);
            Q_EMIT helloReceived(run, hello);
        }
    });
    connect(source, &RunSource::referenceReceived, this, [this, run](const ReferenceMessage& reference) {
        if (RunJob* job = find(run)) {
            job->record.add(reference);
            Q_EMIT referenceReceived(run, reference);
        }
    });
    connect(source, &RunSource::roundReceived, this, [this, run](const RoundMessage& round) {
        if (RunJob* job = find(run)) {
            job->record.add(round);
            job->pace.roundAt(round.round, m_time.elapsed());
            touch(run);
            Q_EMIT roundReceived(run, round);
        }
    });
    connect(source, &RunSource::eventReceived, this, [this, run](const EventMessage& event) {
        if (RunJob* job = find(run)) {
            job->record.add(event);
            Q_EMIT eventReceived(run, event);
        }
    });
    connect(source, &RunSource::logLine, this, [this, run](const QString& line) {
        if (RunJob* job = find(run)) {
            job->log.append(line);
            if (job->log.size() > kLogLines)
                job->log.removeFirst();
            Q_EMIT logLine(run, line);
        }
    });
    connect(source, &RunSource::stopNowOffered, this, [this, run] {
        if (RunJob* job = find(run)) {
            job->canStopNow = true;
            Q_EMIT jobChanged(run);
        }
    });
    connect(source, &RunSource::ended, this, [this, run](const RunEnd& end) { takeEnd(run, end); });
}

void RunQueue::takeState(const QString& run, RunSource::State state)
{
    RunJob* job = find(run);
    // The end follows, and knows more.
    if (!job || state == RunSource::State::Idle)
        return;
    if (state != RunSource::State::Running)
        job->pace.reset();
    setJobState(*job, jobStateOf(state));
}

void RunQueue::takeEnd(const QString& run, const RunEnd& end)
{
    RunJob* job = find(run);
    if (!job)
        return;
    // Not now: it is speaking.
    job->source.release()->deleteLater();
    job->record.end = end;
    job->activity.clear();
    job->canStopNow = false;
    setJobState(*job, jobStateOf(end.kind));
    Q_EMIT runEnded(run);
    if (m_restart.remove(run) && !m_closing)
        resume(run);
    startNext();
    if (m_closing && !isActive())
        Q_EMIT allStopped();
}

void RunQueue::setJobState(RunJob& job, JobState state)
{
    job.state = state;
    touch(job.run);
    Q_EMIT jobChanged(job.run);
}

void RunQueue::touch(const QString& run)
{
    m_dirty.insert(run);
    if (!m_refresh.isActive())
        m_refresh.start();
}

void RunQueue::refreshRows()
{
    for (const QString& run : std::exchange(m_dirty, {}))
        if (const int row = rowOf(run); row >= 0)
            Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

void RunQueue::keep()
{
    if (m_restored)
        m_keep.start();
}

void RunQueue::keepNow()
{
    m_keep.stop();
    if (!m_restored)
        return;
    QJsonArray waiting;
    for (const auto& job : m_jobs)
        if (job->isWaiting())
            waiting.append(toJson(*job));
    m_workspace->setState(u"queue"_s, {{u"waiting"_s, waiting}});
}

void RunQueue::restore()
{
    if (std::exchange(m_restored, true))
        return;
    for (const QJsonValue& entry : m_workspace->state(u"queue"_s)["waiting"_L1].toArray()) {
        const QJsonObject json = entry.toObject();
        RunSetup setup = setupFrom(json);
        if (setup.run.isEmpty() || rowOf(setup.run) >= 0 || !stillWaits(setup))
            continue;
        m_held = true;
        const QString run = setup.run;
        add(std::move(setup), json["name"_L1].toString(), JobState::Queued);
        Q_EMIT jobAdded(run);
    }
    keep();
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
        RunJob& job = add(entry.setup, QDir(run).dirName(), JobState::Interrupted);
        job.record.hello.rounds = entry.plannedRounds;
        if (entry.isWritten)
            followDetached(job);
        Q_EMIT jobAdded(run);
    }
}

} // namespace fedcctr::studio
