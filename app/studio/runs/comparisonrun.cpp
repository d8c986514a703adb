// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runs/comparisonrun.h"

#include "app/studio/runs/runqueue.h"
#include "app/studio/runs/workspace.h"
#include "core/sweeps/comparison.h"
#include "core/sweeps/sweep_record.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <exception>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace fs = std::filesystem;
using sweeps::SweepPlan;

namespace {

/// Queues what is neither finished nor in the queue; begun runs go on from their checkpoints. `name` is what
/// the queue calls a job.
QStringList queueJobs(
    RunQueue& queue, const SweepPlan& plan, const fs::path& folder, const QString& name = u"%1"_s)
{
    QStringList queued;
    for (const sweeps::SweepJob& job : plan.jobs) {
        const fs::path directory = folder / job.name;
        const sweeps::JobState state = sweeps::stateOf(directory);
        const QString run = QString::fromStdString(directory.string());
        const RunJob* known = queue.job(run);
        if (state == sweeps::JobState::Finished || (known && (known->isActive() || known->isWaiting())))
            continue;
        RunSetup setup;
        setup.dataset = QString::fromStdString(plan.dataset.string());
        for (const std::string& assignment : job.assignments)
            setup.settings.append(QString::fromStdString(assignment));
        setup.run = run;
        setup.resume = state == sweeps::JobState::Begun;
        queued.append(queue.enqueue(setup, name.arg(QString::fromStdString(job.name))));
    }
    return queued;
}

bool isFinished(const SweepPlan& plan, const fs::path& folder)
{
    return plan.jobs.size() == plan.comparison->rows.size() * std::size_t(plan.comparison->seeds)
        && std::ranges::all_of(plan.jobs, [&folder](const sweeps::SweepJob& job) {
               return sweeps::stateOf(folder / job.name) == sweeps::JobState::Finished;
           });
}

/// The newest comparison of the dataset in the folder of runs that is not finished; empty if there is none.
QString unfinishedIn(const QString& runs, const QString& dataset)
{
    const fs::path wanted = fs::absolute(dataset.toStdString()).lexically_normal();
    QStringList names = QDir(runs).entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name | QDir::Reversed);
    for (const QString& name : std::as_const(names)) {
        const QString folder = runs + u'/' + name;
        if (!QFileInfo::exists(folder + u"/sweep.json"_s))
            continue;
        try {
            SweepPlan plan = sweeps::readPlan(folder.toStdString());
            if (plan.comparison && plan.dataset == wanted && !isFinished(plan, folder.toStdString()))
                return folder;
        } catch (const std::exception&) {
            continue; // a damaged one is no reason not to begin another
        }
    }
    return {};
}

SweepPlan recorded(const fs::path& folder)
{
    SweepPlan plan = sweeps::readPlan(folder);
    sweeps::checkData(folder, plan, sweeps::trainedOn(plan, sweeps::jobsOfBothSteps(plan)));
    sweeps::takeSearch(plan, folder);
    sweeps::recordComparison(folder, plan);
    return plan;
}

} // namespace

QString wordsOf(const ComparisonStart& start)
{
    if (!start.problem.isEmpty())
        return start.problem;
    if (start.queued.isEmpty())
        return ComparisonRun::tr("Every run of %1 is in the queue already.")
            .arg(QFileInfo(start.folder).fileName());
    QString text = ComparisonRun::tr(
        "%n run(s) queued for the comparison of %1 rows", nullptr, static_cast<int>(start.queued.size()))
                       .arg(start.rows);
    if (start.goesOn)
        text += ComparisonRun::tr(", which goes on in %1").arg(QFileInfo(start.folder).fileName());
    if (start.points > 1)
        text += ComparisonRun::tr(
            ". Each row tries %1 points of its settings first; its runs follow by themselves")
                    .arg(start.points);
    if (!start.augmented)
        text += ComparisonRun::tr(". This dataset has not been augmented: no row is run with PrivAugNet");
    return text + u'.';
}

ComparisonRun::ComparisonRun(RunQueue* queue, QObject* parent)
    : QObject(parent)
    , m_queue(queue)
{
    connect(queue, &RunQueue::runEnded, this, &ComparisonRun::runEnded);
}

ComparisonStart ComparisonRun::start(RunQueue& queue, const Workspace& workspace, int seeds)
{
    ComparisonStart start;
    try {
        start.folder = unfinishedIn(workspace.runsFolder(), workspace.dataset());
        start.goesOn = !start.folder.isEmpty();
        SweepPlan plan;
        if (start.goesOn) {
            plan = recorded(start.folder.toStdString());
        } else {
            sweeps::ComparisonRequest request;
            request.dataset = workspace.dataset().toStdString();
            request.seeds = seeds;
            request.augmented = sweeps::isAugmented(request);
            start.folder = workspace.runsFolder() + u'/'
                + QDateTime::currentDateTime().toString(u"yyyyMMdd-HHmmss"_s) + u"-comparison"_s;
            plan = sweeps::beginComparison(start.folder.toStdString(), sweeps::comparisonList(), request);
        }
        const fs::path folder = start.folder.toStdString();
        start.rows = plan.comparison->rows.size();
        start.points = plan.comparison->points;
        start.augmented = std::ranges::any_of(plan.comparison->rows, &sweeps::ComparisonRow::augmented);
        start.queued = queueJobs(queue, sweeps::searchPlan(plan), sweeps::searchFolder(folder),
                           ComparisonRun::tr("search: %1"))
            + queueJobs(queue, plan, folder);
    } catch (const std::exception& error) {
        start.problem = QString::fromUtf8(error.what());
    }
    return start;
}

void ComparisonRun::runEnded(const QString& run)
{
    const fs::path search = fs::path(run.toStdString()).parent_path();
    const fs::path folder = search.parent_path();
    std::error_code failed;
    if (search != sweeps::searchFolder(folder) || !fs::exists(folder / "sweep.json", failed))
        return;
    try {
        SweepPlan plan = sweeps::readPlan(folder);
        if (!plan.comparison)
            return;
        sweeps::takeSearch(plan, folder);
        sweeps::recordPlan(folder, plan);
        if (const QStringList queued = queueJobs(*m_queue, plan, folder); !queued.isEmpty())
            Q_EMIT rowsQueued(QString::fromStdString(folder.string()), static_cast<int>(queued.size()));
    } catch (const std::exception& error) {
        Q_EMIT problem(QString::fromUtf8(error.what()));
    }
}

} // namespace fedcctr::studio
