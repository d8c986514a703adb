// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runqueue.h"

#include "app/studio/workspace.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

RunQueue::RunQueue(Workspace* workspace, QObject* parent)
    : QObject(parent)
    , m_workspace(workspace)
    , m_engine(workspace->engine())
{
    connect(&m_engine, &EngineProcess::ended, this, [this] {
        Q_EMIT runEnded(m_current);
        startNext();
    });
}

QString RunQueue::enqueue(RunSetup setup, const QString& name)
{
    if (setup.run.isEmpty()) {
        const QString what = !name.isEmpty() ? name : setup.preset.isEmpty() ? u"defaults"_s : setup.preset;
        const QString stem = m_workspace->runsFolder() + u'/'
            + QDateTime::currentDateTime().toString(u"yyyyMMdd-HHmmss"_s) + u'-' + what;
        const auto taken = [this](const QString& path) {
            return QFileInfo::exists(path)
                || std::ranges::any_of(m_waiting, [&](const RunSetup& other) { return other.run == path; });
        };
        setup.run = stem;
        for (int i = 2; taken(setup.run); ++i)
            setup.run = u"%1-%2"_s.arg(stem).arg(i);
    }
    m_waiting.push_back(setup);
    if (!m_engine.isActive())
        startNext();
    return setup.run;
}

void RunQueue::startNext()
{
    if (m_waiting.empty())
        return;
    const RunSetup setup = m_waiting.front();
    m_waiting.pop_front();
    m_current = setup.run;
    QDir().mkpath(QFileInfo(setup.run).absolutePath());
    m_engine.start(setup);
}

} // namespace fedcctr::studio
