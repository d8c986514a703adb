// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/engineprocess.h"

#include <deque>

namespace fedcctr::studio {

class Workspace;

/// Runs wait here for their turn; pages add to it, the Train page shows it.
class RunQueue : public QObject {
    Q_OBJECT
public:
    explicit RunQueue(Workspace* workspace, QObject* parent = nullptr);

    /// Adds a run at the end. Where `setup` names no run directory, a new one in the workspace is made up
    /// from the time and `name` (or the preset). Returns the directory.
    QString enqueue(RunSetup setup, const QString& name = {});

Q_SIGNALS:
    /// Its directory holds results, or a failure's log.
    void runEnded(const QString& run);

private:
    void startNext();

    Workspace* m_workspace;
    EngineProcess m_engine;
    std::deque<RunSetup> m_waiting;
    QString m_current;
};

} // namespace fedcctr::studio
