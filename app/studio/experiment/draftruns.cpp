// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/experiment/draftruns.h"

#include "app/studio/common/settingsbridge.h"
#include "app/studio/experiment/experimentdraft.h"
#include "app/studio/runs/runqueue.h"

#include <QFileInfo>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

QString queueRuns(
    RunQueue& queue, const ExperimentDraft& draft, const QString& dataset, const QString& name, int seeds)
{
    const auto first = static_cast<qint64>(draft.config().run.seed);
    QStringList settings = draft.assignments();
    if (seeds > 1)
        settings.removeIf([](const QString& change) { return change.startsWith("run.seed="_L1); });
    for (int i = 0; i < seeds; ++i) {
        RunSetup setup;
        setup.dataset = dataset;
        setup.preset = draft.preset();
        setup.settings = settings;
        if (seeds > 1)
            setup.settings.append(u"run.seed=%1"_s.arg(first + i));
        queue.enqueue(setup, seeds > 1 ? ExperimentDraft::tr("%1 seed %2").arg(name).arg(first + i) : name);
    }
    return seeds == 1 ? ExperimentDraft::tr("Queued: %1").arg(name)
                      : ExperimentDraft::tr("%1 runs queued: %2").arg(seeds).arg(name);
}

void queueJobs(RunQueue& queue, const ExperimentDraft& draft, const QString& dataset,
    const std::vector<sweeps::SweepJob>& jobs)
{
    for (const sweeps::SweepJob& job : jobs) {
        settings::Config config = draft.config();
        for (const std::string& assignment : job.assignments)
            settings::setFromText(config, assignment);
        RunSetup setup;
        setup.dataset = dataset;
        setup.preset = draft.preset();
        setup.settings = assignmentsOver(draft.presetConfig(), config);
        queue.enqueue(setup, QString::fromStdString(job.name).replace(u'/', u'-'));
    }
}

QString proposedName(const ExperimentDraft& draft)
{
    QString name = draft.preset().isEmpty() ? ExperimentDraft::tr("defaults")
                                            : QFileInfo(draft.preset()).completeBaseName();
    const QStringList changes = draft.assignments();
    constexpr qsizetype kMost = 3;
    for (const QString& change : changes.first(std::min(changes.size(), kMost)))
        name += u' ' + change.section(u'.', 1);
    if (changes.size() > kMost)
        name += ExperimentDraft::tr(" and %1 more").arg(changes.size() - kMost);
    return name.replace(u'/', u'-').left(80);
}

} // namespace fedcctr::studio
