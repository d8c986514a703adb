// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runs/runscan.h"

#include "app/studio/common/settingsbridge.h"
#include "app/studio/runs/remoterun.h"
#include "app/studio/runs/runrecording.h"
#include "core/base/error.h"
#include "core/runs/run_config.h"
#include "core/runs/run_lock.h"

#include <QFile>

#include <optional>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

std::optional<runs::RunConfig> configIn(const QString& run)
{
    try {
        return runs::readRunConfig((run + u"/config.json"_s).toStdString());
    } catch (const Error&) {
        return {};
    }
}

} // namespace

std::vector<FoundRun> findUnfinishedRuns(const QStringList& runs)
{
    std::vector<FoundRun> found;
    for (const QString& run : runs) {
        if (QFile::exists(run + u"/summary.json"_s))
            continue;
        const std::optional<runs::RunConfig> config = configIn(run);
        const bool written = runs::RunLock::isHeld(run.toStdString());
        const QString target = RemoteRun::targetOf(run);
        const bool resumes = !target.isEmpty() || QFile::exists(run + u"/checkpoint/state.bin"_s);
        if (!config || (!written && !resumes))
            continue;
        FoundRun entry;
        entry.setup.target = target;
        // Its dataset is there already.
        entry.setup.maySend = !target.isEmpty();
        entry.setup.dataset = QString::fromStdString(config->provenance.dataset);
        entry.setup.preset = QString::fromStdString(config->config.preset);
        entry.setup.settings = assignmentsOver(presetOrDefaults(entry.setup.preset), config->config);
        entry.setup.run = run;
        entry.setup.resume = true;
        entry.isWritten = written;
        entry.plannedRounds = config->config.federation.rounds;
        found.push_back(std::move(entry));
    }
    return found;
}

bool stillWaits(const RunSetup& setup)
{
    if (!setup.resume)
        return !QFile::exists(setup.run + u"/config.json"_s);
    if (!QFile::exists(setup.run + u"/summary.json"_s))
        return !runs::RunLock::holder(setup.run.toStdString());
    // What was stopped may go on; what is at its end cannot.
    const std::optional<runs::SummaryRecord> summary = summaryOf(setup.run);
    return summary && summary->reason == RunState::Stopped;
}

} // namespace fedcctr::studio
