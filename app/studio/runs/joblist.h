// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/runs/runjob.h"

#include <QTimer>

#include <vector>

namespace fedcctr::studio {

class Workspace;

/// The jobs in their order. The workspace keeps those that wait, so that the next studio finds them.
class JobList : public QObject {
    Q_OBJECT
public:
    explicit JobList(Workspace* workspace, QObject* parent = nullptr);
    ~JobList() override;

    const std::vector<std::unique_ptr<RunJob>>& jobs() const { return m_jobs; }
    int count() const { return static_cast<int>(m_jobs.size()); }

    /// Null if there is no such job. Valid until the list changes.
    RunJob* find(const QString& run) const;
    RunJob* at(int row) const;

    /// -1 if there is no such job.
    int rowOf(const QString& run) const;

    RunJob& add(RunSetup setup, const QString& name, RunState state);
    void remove(int row);
    void move(int from, int to);

    /// Something that its row shows is another.
    void touch(const QString& run) { Q_EMIT touched(run); }

    struct Waiting {
        QString name;
        RunSetup setup;
    };

    /// What waited when the workspace was closed. From now on keep() writes.
    std::vector<Waiting> restore();
    void keep(); ///< soon
    void keepNow();

Q_SIGNALS:
    // For a model: before and after.
    void adding(int row);
    void added();
    void removing(int row);
    void removed();
    void moving(int from, int to);
    void moved();
    void touched(const QString& run);

private:
    Workspace* m_workspace;
    std::vector<std::unique_ptr<RunJob>> m_jobs;
    QTimer m_keep;
    bool m_restored = false;
};

} // namespace fedcctr::studio
