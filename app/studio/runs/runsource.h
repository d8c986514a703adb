// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/runs/enginemessages.h"

#include <QDateTime>
#include <QObject>
#include <QStringList>
#include <QTimer>

namespace fedcctr::studio {

/// What to train.
struct RunSetup {
    QString dataset; ///< directory
    QString preset; ///< empty: defaults
    QStringList settings; ///< "key=value"
    QString run; ///< directory to write
    bool resume = false;
    QString target = {}; ///< name of a RemoteTarget; empty: this machine
    bool maySend = false; ///< the person agreed that the dataset goes to the target
};

/// How a run ended.
struct RunEnd {
    RunState kind = RunState::Failed; ///< or Finished, Stopped, BudgetSpent
    QString message; ///< of a failure: what went wrong, in one line
    std::optional<runs::SummaryRecord> summary; ///< none after a failure
    QString log; ///< the last lines of standard error
    QDateTime at = {}; ///< when it ended, as its files say; of a failure, when that was noticed
};

/// A run that goes on somewhere, as an object: what it tells comes as signals, what it is told goes through
/// functions.
class RunSource : public QObject {
    Q_OBJECT
public:
    explicit RunSource(QObject* parent = nullptr);

    /// Starting, Running, Pausing, Paused or Stopping; none while no run goes on here.
    std::optional<RunState> state() const { return m_state; }
    bool isActive() const { return m_state.has_value(); }
    bool canStopNow() const { return m_canStopNow; }
    QString log() const { return m_log.join(u'\n'); }

    /// False where nobody listens to commands: then stop() is all there is.
    virtual bool canPause() const { return true; }
    virtual void pause() = 0;
    virtual void resume() = 0;

    /// Asks the engine to finish the round and write its results.
    virtual void stop() = 0;

    /// Drops the round in progress. The last checkpoint stays.
    virtual void stopNow() = 0;

    /// Changes a setting from the next round on.
    virtual void set(const QString& key, double value) = 0;

    /// Leaves the engine to itself: it finishes its run without us. No ended() follows.
    virtual void letGo() = 0;

Q_SIGNALS:
    void stateChanged(std::optional<fedcctr::runs::RunState> state);
    void helloReceived(const fedcctr::studio::HelloMessage& hello);
    void referenceReceived(const fedcctr::studio::ReferenceMessage& reference);
    void roundReceived(const fedcctr::studio::RoundRecord& round);
    void eventReceived(const fedcctr::studio::EventMessage& event);
    void logLine(const QString& line);

    /// What is going on while no round comes, e.g. "sending the dataset, 42 %".
    void activityChanged(const QString& text);

    /// The engine has not obeyed stop() for five seconds.
    void stopNowOffered();

    /// The last signal of a run; the object is idle again.
    void ended(const fedcctr::studio::RunEnd& end);

protected:
    void setState(std::optional<RunState> state);

    /// Forgets the run before.
    void begin();

    /// stop() was asked: stopNow() is offered if nothing comes of it.
    void awaitStop();
    void addLog(const QString& line);
    virtual void dispatch(const QByteArray& line);

    /// False: not to be followed any further.
    virtual bool greet(const HelloMessage& hello);

    /// Idle again, and ended().
    void end(const RunEnd& end);

    const std::optional<SummaryMessage>& summary() const { return m_summary; }
    const QStringList& logLines() const { return m_log; }

    QString m_error; ///< what the engine said of its failure, or what is known of it otherwise

private:
    void handle(const RoundRecord& round);
    void handle(const StateMessage& state);

    std::optional<RunState> m_state;
    QTimer m_stopTimer;
    QStringList m_log;
    bool m_canStopNow = false;
    std::optional<SummaryMessage> m_summary;
};

} // namespace fedcctr::studio
