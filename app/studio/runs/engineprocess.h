// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/runs/runsource.h"

#include <QProcess>

namespace fedcctr::studio {

/// A process that may outlive its object.
class DetachableProcess : public QProcess {
    Q_OBJECT
public:
    using QProcess::QProcess;

    /// Closes the pipes and forgets the process, which goes on.
    void letGo();
};

/// Drives one fedcctr-engine over its JSON lines. Lines are parsed in slices of a few milliseconds, so that a
/// fast engine cannot freeze the window.
class EngineProcess : public RunSource {
    Q_OBJECT
public:
    /// `program` is the engine's path; see besideThisProgram().
    explicit EngineProcess(const QString& program, QObject* parent = nullptr);
    ~EngineProcess() override;

    /// Where the engine stands: in the same directory as this program.
    static QString besideThisProgram();

    /// Only when idle.
    virtual void start(const RunSetup& setup);
    void pause() override;
    void resume() override;
    void stop() override;
    void stopNow() override;
    void set(const QString& key, double value) override;
    void letGo() override;

protected:
    /// The engine's words after its name, for a run of `dataset` into `run` as they are called where it runs.
    static QStringList trainArguments(const RunSetup& setup, const QString& dataset, const QString& run);

    /// `program` is the engine, or one that reaches it.
    void launch(const QString& program, const QStringList& arguments);
    virtual bool greet(const HelloMessage& hello) override;

    /// What a program that cannot be started is to the person.
    virtual QString cannotStart(const QString& reason) const;

    /// What an end without summary and error message is called.
    virtual QString silentEnd(bool crashed, int code) const;

    /// The process has ended and everything that it said was taken.
    virtual void conclude(const RunEnd& result) { end(result); }

    bool isRunning() const { return m_process.state() != QProcess::NotRunning; }
    int exitCode() const { return m_process.exitCode(); }
    void kill();

    /// The end that comes is asked for.
    void expectEnd() { m_killed = true; }

private:
    void send(const QJsonObject& command);
    void readErrors();
    void takeSlice();
    RunEnd outcome() const;

    QString m_program;
    DetachableProcess m_process;
    QByteArray m_buffer;
    qsizetype m_read = 0; ///< bytes of the buffer that are parsed
    bool m_sliceQueued = false;
    bool m_exited = false;
    bool m_killed = false;
};

} // namespace fedcctr::studio
