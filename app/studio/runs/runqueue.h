// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/runs/joblist.h"
#include "widgets/messagebar.h"

#include <QElapsedTimer>
#include <QSet>

namespace fedcctr::studio {

class Workspace;
struct FoundRun;

/// Runs wait here for their turn; one goes on at a time unless the setting compute/parallel_runs (1-4) allows
/// more. Pages add to it and follow it; a job is named by its run directory.
class RunQueue : public QObject {
    Q_OBJECT
public:
    explicit RunQueue(Workspace* workspace, QObject* parent = nullptr);
    ~RunQueue() override;

    /// Adds a run at the end. Where `setup` names no run directory, a new one in the workspace is made up
    /// from the time and `name` (or the preset). Returns the directory.
    QString enqueue(RunSetup setup, const QString& name = {});

    int jobCount() const { return m_list.count(); }
    const JobList* list() const { return &m_list; }

    /// Null if there is no such job. Valid until the queue changes.
    const RunJob* job(const QString& run) const { return m_list.find(run); }
    const RunJob* jobAt(int row) const { return m_list.at(row); }
    int rowOf(const QString& run) const { return m_list.rowOf(run); }

    /// The first run that goes on, or empty.
    QString current() const;

    /// A run goes on, on this machine or another.
    bool isActive() const { return !current().isEmpty(); }

    /// Waiting runs from the last time do not start by themselves.
    bool isHeld() const { return m_held; }

    // One job.
    void start(const QString& run); ///< a waiting one: next, and now if there is room
    void pause(const QString& run);
    void resume(const QString& run); ///< a paused one goes on; a stopped one, from its checkpoint
    void togglePause(const QString& run);
    void stop(const QString& run); ///< takes a waiting one out of the queue
    void stopNow(const QString& run);
    void set(const QString& run, const QString& key, double value);

    /// Where a waiting or resumable run goes on: the name of a RemoteTarget, or empty for this machine.
    /// Nothing is sent unless the person agreed.
    void setTarget(const QString& run, const QString& target, bool maySend);

    /// Stops it where it goes on, and begins again at its last checkpoint.
    void restartFromCheckpoint(const QString& run);

    /// Only when it does not go on. `toBin` moves the run directory to the workspace's bin too; told()
    /// follows.
    void remove(const QString& name, bool toBin = false);
    void move(const QString& run, int by);

    /// Proposes the job's settings as a new experiment: duplicateRequested().
    void duplicate(const QString& run);

    /// Whether the run directory holds results; looks at the disk.
    static bool hasResults(const QString& run);
    static bool hasCheckpoint(const QString& run); ///< here, or where a run elsewhere keeps it

    // The whole queue, for the window's toolbar and menu.
    void startQueue();
    void toggleCurrentPause() { togglePause(current()); }
    void stopCurrent();

    /// Every run finishes its round, writes its checkpoint and ends; allStopped() follows, at once if there
    /// is none.
    void stopAll();

    /// Leaves the engines to themselves; they finish their runs, and the next studio finds them.
    void detachAll();

    /// Takes over what waited when the workspace was closed, and looks for interrupted runs. Called by
    /// itself when the workspace opens.
    void restore();

Q_SIGNALS:
    void jobAdded(const QString& run);
    void jobRemoved(const QString& run);

    /// Its state, not its rounds.
    void jobChanged(const QString& run);

    /// Its record is another one: what it had told before this studio was started has been read.
    void recordChanged(const QString& run);
    void helloReceived(const QString& run, const fedcctr::studio::HelloMessage& hello);
    void referenceReceived(const QString& run, const fedcctr::studio::ReferenceMessage& reference);
    void roundReceived(const QString& run, const fedcctr::studio::RoundRecord& round);
    void eventReceived(const QString& run, const fedcctr::studio::EventMessage& event);
    void logLine(const QString& run, const QString& line);

    /// Its directory holds results, or a failure's log.
    void runEnded(const QString& run);
    void allStopped();
    void duplicateRequested(const QString& preset, const QStringList& assignments);

    /// For a message bar.
    void problem(const QString& message);
    void told(fedcctr::widgets::MessageBar::Kind kind, const QString& text,
        const QList<fedcctr::widgets::MessageBar::Action>& actions);

private:
    const std::vector<std::unique_ptr<RunJob>>& jobs() const { return m_list.jobs(); }
    QString newDirectory(const QString& what) const;
    int parallelRuns() const;
    int activeCount() const;
    void startNext();
    void launch(RunJob& job);
    void followDetached(RunJob& job);
    void failAtOnce(RunJob& job, const QString& message);
    void readEarlier(const QString& run);
    void listen(const QString& run, RunSource* source);
    void takeState(const QString& run, std::optional<RunState> state);
    void takeEnd(const QString& run, const RunEnd& end);
    void lookForUnfinished();
    void takeFound(const std::vector<FoundRun>& found);
    void setJobState(RunJob& job, RunState state);

    Workspace* m_workspace;
    JobList m_list;
    QElapsedTimer m_time;
    QSet<QString> m_restart; ///< to go on from the checkpoint as soon as they have ended
    bool m_held = false;
    bool m_restored = false;
    bool m_closing = false;
};

} // namespace fedcctr::studio
