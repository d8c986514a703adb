// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/runs/runsource.h"

#include <QElapsedTimer>
#include <QFile>

namespace fedcctr::studio {

/// A run whose engine belongs to nobody: it was left to itself when an earlier studio closed. Its run
/// directory tells what happens; stopping goes by signal to the process that holds the directory.
class RunFollower : public RunSource {
    Q_OBJECT
public:
    explicit RunFollower(QObject* parent = nullptr);

    /// Only when idle.
    void follow(const QString& run);

    bool canPause() const override { return false; }
    void pause() override { }
    void resume() override { }
    void stop() override;
    void stopNow() override;
    void set(const QString& /*key*/, double /*value*/) override { }
    void letGo() override;

private:
    struct Tail {
        QFile file;
        QByteArray pending;
    };

    void look();
    bool take(Tail& tail, const QElapsedTimer& spent);
    void conclude();
    void signal(int number);

    QString m_run;
    Tail m_events;
    Tail m_rounds;
    QTimer m_timer;
    bool m_killed = false;
};

} // namespace fedcctr::studio
