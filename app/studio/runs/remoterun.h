// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/runs/datasetmanifest.h"
#include "app/studio/runs/engineprocess.h"
#include "app/studio/runs/remotetarget.h"

#include <QFile>

#include <functional>

namespace fedcctr::studio {

/// A run on another machine over SSH: the dataset goes there if it is not there yet, the engine speaks the
/// same protocol through ssh, and what it leaves comes back into the local run directory. What the engine
/// tells is written here at once, so a lost connection loses no curve.
class RemoteRun : public EngineProcess {
    Q_OBJECT
public:
    explicit RemoteRun(RemoteTarget target, QObject* parent = nullptr);
    ~RemoteRun() override;

    void start(const RunSetup& setup) override;
    void stop() override;
    void stopNow() override;

    /// Name of the target of a run directory that was written by a run elsewhere; else empty.
    static QString targetOf(const QString& run);

protected:
    void dispatch(const QByteArray& line) override;
    bool greet(const HelloMessage& hello) override;
    QString cannotStart(const QString& reason) const override;
    QString silentEnd(bool crashed, int code) const override;
    void conclude(const RunEnd& result) override;

private:
    void takeManifest(const DatasetManifest& manifest);
    void lookForDataset();
    void sendDataset();
    void startEngine();
    void fetch(const RunEnd& result);
    void finishFetch(const RunEnd& result);

    /// Runs one command there; `next` gets its exit code and what it said on standard error.
    void step(QProcess& ssh, const QString& command,
        const std::function<void(int code, const QString& error)>& next);
    void fail(const QString& message);
    QString datasetThere() const;
    QString runThere() const;
    void writeLocalConfig(const HelloMessage& hello) const;

    RemoteTarget m_target;
    RunSetup m_setup;
    DatasetManifest m_manifest;
    QProcess m_step; ///< ssh for one command
    QProcess m_pack; ///< tar here, into m_send
    QProcess m_send; ///< ssh
    QProcess m_stopper; ///< ssh
    QProcess m_fetch; ///< ssh, into m_unpack
    QProcess m_unpack; ///< tar here
    QFile m_metrics;
    QFile m_events;
    bool m_preparing = false;
};

} // namespace fedcctr::studio
