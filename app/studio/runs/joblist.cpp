// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runs/joblist.h"

#include "app/studio/runs/workspace.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

QJsonObject toJson(const RunJob& job)
{
    return {{u"name"_s, job.name}, {u"run"_s, job.run}, {u"dataset"_s, job.setup.dataset},
        {u"preset"_s, job.setup.preset}, {u"settings"_s, QJsonArray::fromStringList(job.setup.settings)},
        {u"resume"_s, job.setup.resume}, {u"target"_s, job.setup.target}, {u"may_send"_s, job.setup.maySend}};
}

RunSetup setupFrom(const QJsonObject& json)
{
    RunSetup setup;
    setup.run = json["run"_L1].toString();
    setup.dataset = json["dataset"_L1].toString();
    setup.preset = json["preset"_L1].toString();
    for (const QJsonValue& setting : json["settings"_L1].toArray())
        setup.settings.append(setting.toString());
    setup.resume = json["resume"_L1].toBool();
    setup.target = json["target"_L1].toString();
    setup.maySend = json["may_send"_L1].toBool();
    return setup;
}

} // namespace

JobList::JobList(Workspace* workspace, QObject* parent)
    : QObject(parent)
    , m_workspace(workspace)
{
    m_keep.setSingleShot(true);
    m_keep.setInterval(0);
    connect(&m_keep, &QTimer::timeout, this, &JobList::keepNow);
}

JobList::~JobList() = default;

RunJob* JobList::find(const QString& run) const
{
    return at(rowOf(run));
}

RunJob* JobList::at(int row) const
{
    return row >= 0 && row < count() ? m_jobs[static_cast<std::size_t>(row)].get() : nullptr;
}

int JobList::rowOf(const QString& run) const
{
    const auto found = std::ranges::find_if(m_jobs, [&run](const auto& job) { return job->run == run; });
    return found == m_jobs.end() ? -1 : static_cast<int>(found - m_jobs.begin());
}

RunJob& JobList::add(RunSetup setup, const QString& name, RunState state)
{
    auto job = std::make_unique<RunJob>();
    job->run = setup.run;
    job->name = name;
    job->setup = std::move(setup);
    job->state = state;
    job->record.run = job->run;
    Q_EMIT adding(count());
    m_jobs.push_back(std::move(job));
    Q_EMIT added();
    return *m_jobs.back();
}

void JobList::remove(int row)
{
    Q_EMIT removing(row);
    m_jobs.erase(m_jobs.begin() + row);
    Q_EMIT removed();
}

void JobList::move(int from, int to)
{
    Q_EMIT moving(from, to);
    const auto moved = m_jobs.begin() + from;
    if (to > from)
        std::rotate(moved, moved + 1, m_jobs.begin() + to + 1);
    else
        std::rotate(m_jobs.begin() + to, moved, moved + 1);
    Q_EMIT this->moved();
}

std::vector<JobList::Waiting> JobList::restore()
{
    std::vector<Waiting> waiting;
    for (const QJsonValue& entry : m_workspace->state(u"queue"_s)["waiting"_L1].toArray()) {
        const QJsonObject json = entry.toObject();
        waiting.push_back({json["name"_L1].toString(), setupFrom(json)});
    }
    m_restored = true;
    return waiting;
}

void JobList::keep()
{
    if (m_restored)
        m_keep.start();
}

void JobList::keepNow()
{
    m_keep.stop();
    if (!m_restored)
        return;
    QJsonArray waiting;
    for (const auto& job : m_jobs)
        if (job->isWaiting())
            waiting.append(toJson(*job));
    m_workspace->setState(u"queue"_s, {{u"waiting"_s, waiting}});
}

} // namespace fedcctr::studio
