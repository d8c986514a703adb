// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/enginemessages.h"

#include <QObject>
#include <QProcess>
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
};

/// How a run ended.
struct RunEnd {
    enum class Kind { Finished, Stopped, BudgetSpent, Failed };
    Kind kind = Kind::Failed;
    QString message; ///< of a failure: what went wrong, in one line
    QJsonObject summary; ///< content of summary.json; empty after a failure
    QString log; ///< the last lines of standard error
};

/// A run as an object: drives one fedcctr-engine over its JSON lines. Lines are parsed in slices of a few
/// milliseconds, so that a fast engine cannot freeze the window.
class EngineProcess : public QObject {
    Q_OBJECT
public:
    enum class State { Idle, Starting, Running, Pausing, Paused, Stopping };
    Q_ENUM(State)

    /// `program` is the engine's path; see besideThisProgram().
    explicit EngineProcess(const QString& program, QObject* parent = nullptr);
    ~EngineProcess() override;

    /// Where the engine stands: in the same directory as this program.
    static QString besideThisProgram();

    State state() const { return m_state; }
    bool isActive() const { return m_state != State::Idle; }
    bool canStopNow() const { return m_canStopNow; }
    QString log() const { return m_log.join(u'\n'); }

    /// Only when idle.
    void start(const RunSetup& setup);
    void pause();
    void resume();

    /// Asks the engine to finish the round and write its results.
    void stop();

    /// Drops the round in progress. The last checkpoint stays.
    void stopNow();

    /// Changes a setting from the next round on.
    void set(const QString& key, double value);

Q_SIGNALS:
    void stateChanged(fedcctr::studio::EngineProcess::State state);
    void helloReceived(const fedcctr::studio::HelloMessage& hello);
    void referenceReceived(const fedcctr::studio::ReferenceMessage& reference);
    void roundReceived(const fedcctr::studio::RoundMessage& round);
    void eventReceived(const fedcctr::studio::EventMessage& event);
    void logLine(const QString& line);

    /// The engine has not obeyed stop() for five seconds.
    void stopNowOffered();

    /// The last signal of a run; the object is idle again.
    void ended(const fedcctr::studio::RunEnd& end);

private:
    void setState(State state);
    void send(const QJsonObject& command);
    void readErrors();
    void takeSlice();
    void dispatch(const QByteArray& line);
    void handle(const HelloMessage& hello);
    void handle(const RoundMessage& round);
    void handle(const StateMessage& state);
    void conclude();
    RunEnd outcome() const;

    QString m_program;
    QProcess m_process;
    QTimer m_stopTimer;
    State m_state = State::Idle;
    QByteArray m_buffer;
    qsizetype m_read = 0; ///< bytes of the buffer that are parsed
    QStringList m_log;
    bool m_sliceQueued = false;
    bool m_exited = false;
    bool m_killed = false;
    bool m_canStopNow = false;
    std::optional<SummaryMessage> m_summary;
    QString m_error;
};

} // namespace fedcctr::studio
