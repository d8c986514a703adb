// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/common/pace.h"
#include "app/studio/runs/runrecording.h"
#include "widgets/messagebar.h"

#include <QAbstractTableModel>
#include <QElapsedTimer>
#include <QSet>

#include <memory>
#include <vector>

namespace fedcctr::studio {

class Workspace;
struct FoundRun;

enum class JobState {
    Queued,
    Starting,
    Running,
    Pausing,
    Paused,
    Stopping,
    Finished,
    Stopped,
    BudgetSpent,
    Failed,
    Interrupted, ///< found at the start: nobody writes it and it is not at its end
};

/// "running", "budget spent", …
QString stateWord(JobState state);

/// Name of the icon in resources/icons.
QString stateIcon(JobState state);

/// A run that waits, goes on or has ended since the studio was started.
struct RunJob {
    QString run; ///< directory; names the job
    QString name; ///< for people
    RunSetup setup;
    JobState state = JobState::Queued;
    QString activity; ///< what is going on before the first round, e.g. "sending the dataset"
    RunRecording record; ///< what it has told since the studio follows it
    QStringList log; ///< the last lines of the engine's standard error
    Pace pace;
    bool canStopNow = false;
    bool canPause = true; ///< false for a run that a closed studio left to itself
    std::unique_ptr<RunSource> source;

    bool isActive() const { return source && source->isActive(); }
    bool isWaiting() const { return state == JobState::Queued; }

    /// Stopped, failed or interrupted; whether there is a checkpoint is on the disk.
    bool mayResume() const;

    /// Seconds to the last planned round, or nothing while it cannot be told.
    std::optional<double> timeLeft() const;
};

/// Runs wait here for their turn; one goes on at a time unless the setting compute/parallel_runs (1-4) allows
/// more. Pages add to it and follow it; a job is named by its run directory. Also the model of the dock's
/// table.
class RunQueue : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Number, Name, DatasetName, State, Progress, Ndcg, Epsilon, Left, ColumnCount };
    static constexpr int kShareRole = Qt::UserRole; ///< of Progress: 0 to 1, or invalid

    explicit RunQueue(Workspace* workspace, QObject* parent = nullptr);
    ~RunQueue() override;

    /// Adds a run at the end. Where `setup` names no run directory, a new one in the workspace is made up
    /// from the time and `name` (or the preset). Returns the directory.
    QString enqueue(RunSetup setup, const QString& name = {});

    int jobCount() const { return static_cast<int>(m_jobs.size()); }

    /// Null if there is no such job. Valid until the queue changes.
    const RunJob* job(const QString& run) const;
    const RunJob* jobAt(int row) const;
    int rowOf(const QString& run) const;

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

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    Qt::DropActions supportedDropActions() const override { return Qt::MoveAction; }
    QStringList mimeTypes() const override;
    QMimeData* mimeData(const QModelIndexList& indexes) const override;
    bool dropMimeData(const QMimeData* data, Qt::DropAction action, int row, int column,
        const QModelIndex& parent) override;

Q_SIGNALS:
    void jobAdded(const QString& run);
    void jobRemoved(const QString& run);

    /// Its state, not its rounds.
    void jobChanged(const QString& run);

    /// Its record is another one: what it had told before this studio was started has been read.
    void recordChanged(const QString& run);
    void helloReceived(const QString& run, const fedcctr::studio::HelloMessage& hello);
    void referenceReceived(const QString& run, const fedcctr::studio::ReferenceMessage& reference);
    void roundReceived(const QString& run, const fedcctr::studio::RoundMessage& round);
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
    RunJob* find(const QString& run);
    RunJob& add(RunSetup setup, const QString& name, JobState state);
    QString newDirectory(const QString& what) const;
    int parallelRuns() const;
    int activeCount() const;
    void startNext();
    void launch(RunJob& job);
    void followDetached(RunJob& job);
    void failAtOnce(RunJob& job, const QString& message);
    void readEarlier(const QString& run);
    void listen(const QString& run, RunSource* source);
    void takeState(const QString& run, RunSource::State state);
    void takeEnd(const QString& run, const RunEnd& end);
    void lookForUnfinished();
    void takeFound(const std::vector<FoundRun>& found);
    void setJobState(RunJob& job, JobState state);
    void touch(const QString& run); ///< its row is drawn anew soon
    void refreshRows();
    void keep(); ///< soon
    void keepNow();
    QVariant textOf(const RunJob& job, int column) const;
    QVariant hintOf(const RunJob& job, int column) const;

    Workspace* m_workspace;
    std::vector<std::unique_ptr<RunJob>> m_jobs;
    QElapsedTimer m_time;
    QTimer m_refresh;
    QTimer m_keep;
    QSet<QString> m_dirty;
    QSet<QString> m_restart; ///< to go on from the checkpoint as soon as they have ended
    bool m_held = false;
    bool m_restored = false;
    bool m_closing = false;
};

} // namespace fedcctr::studio
