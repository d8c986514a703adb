// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/runs/runqueue.h"
#include "app/studio/runs/workspace.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStandardPaths>
#include <QTemporaryDir>

/// A workspace in a folder of its own and a queue that drives the fake engine.
class StudioBench {
    QTemporaryDir m_folder;

public:
    StudioBench()
    {
        QDir(QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation)
            + QStringLiteral("/FedCCTR"))
            .removeRecursively();
        open();
    }

    /// As if the studio were started again on the same workspace.
    void open()
    {
        queue.reset();
        workspace.reset();
        workspace = std::make_unique<fedcctr::studio::Workspace>(
            m_folder.path(), QStringLiteral(FEDCCTR_BIN_DIR "/fake_engine"));
        queue = std::make_unique<fedcctr::studio::RunQueue>(workspace.get());
        workspace->open();
    }

    /// A dataset directory with a script for the fake engine.
    QString dataset(const QString& name, const QJsonObject& script) const
    {
        const QString path = workspace->datasetsFolder() + u'/' + name;
        QDir().mkpath(path);
        write(path + QStringLiteral("/dataset.json"), {});
        write(path + QStringLiteral("/fake.json"), script);
        return path;
    }

    QString enqueue(const QString& name, const QJsonObject& script) const
    {
        return queue->enqueue({dataset(name, script), QStringLiteral("demo"), {}, {}, false}, name);
    }

    fedcctr::studio::JobState stateOf(const QString& run) const
    {
        const fedcctr::studio::RunJob* job = queue->job(run);
        return job ? job->state : fedcctr::studio::JobState::Interrupted;
    }

    std::unique_ptr<fedcctr::studio::Workspace> workspace;
    std::unique_ptr<fedcctr::studio::RunQueue> queue;

private:
    static void write(const QString& path, const QJsonObject& content)
    {
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(QJsonDocument(content).toJson()) < 0)
            qFatal("%s cannot be written", qPrintable(path));
    }
};
