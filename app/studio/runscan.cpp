// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runscan.h"

#include "app/studio/remoterun.h"
#include "app/studio/settingsbridge.h"
#include "core/experiment/run_lock.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

std::vector<FoundRun> findUnfinishedRuns(const QString& folder)
{
    std::vector<FoundRun> found;
    const QDir runs(folder);
    for (const QString& name : runs.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name)) {
        const QString run = runs.filePath(name);
        if (QFile::exists(run + u"/summary.json"_s))
            continue;
        QFile file(run + u"/config.json"_s);
        if (!file.open(QIODevice::ReadOnly))
            continue;
        const QJsonObject config = QJsonDocument::fromJson(file.readAll()).object();
        const bool written = experiment::RunLock::isHeld(run.toStdString());
        const QString target = RemoteRun::targetOf(run);
        const bool resumes = !target.isEmpty() || QFile::exists(run + u"/checkpoint/state.bin"_s);
        if (config.isEmpty() || (!written && !resumes))
            continue;
        FoundRun entry;
        entry.setup.target = target;
        // Its dataset is there already.
        entry.setup.maySend = !target.isEmpty();
        entry.setup.dataset = config["dataset"_L1].toString();
        entry.setup.preset = config["preset"_L1].toString();
        entry.setup.settings = assignmentsFrom(config, entry.setup.preset);
        entry.setup.run = run;
        entry.setup.resume = true;
        entry.isWritten = written;
        entry.plannedRounds = config["federation"_L1]["rounds"_L1].toInt();
        found.push_back(std::move(entry));
    }
    return found;
}

QStringList findFinishedRuns(const QString& folder, int most)
{
    QStringList found;
    const QDir runs(folder);
    for (const QString& name : runs.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Time)) {
        if (found.size() >= most)
            break;
        if (QFile::exists(runs.filePath(name) + u"/summary.json"_s))
            found.append(runs.filePath(name));
    }
    return found;
}

} // namespace fedcctr::studio
