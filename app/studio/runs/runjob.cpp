// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runs/runjob.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

QString stateWord(JobState state)
{
    const auto tr = [](const char* text) { return QCoreApplication::translate("RunJob", text); };
    switch (state) {
    case JobState::Queued:
        return tr("queued");
    case JobState::Starting:
        return tr("starting");
    case JobState::Running:
        return tr("running");
    case JobState::Pausing:
        return tr("pausing");
    case JobState::Paused:
        return tr("paused");
    case JobState::Stopping:
        return tr("stopping");
    case JobState::Finished:
        return tr("finished");
    case JobState::Stopped:
        return tr("stopped");
    case JobState::BudgetSpent:
        return tr("budget spent");
    case JobState::Failed:
        return tr("failed");
    case JobState::Interrupted:
        break;
    }
    return tr("interrupted");
}

QString stateIcon(JobState state)
{
    switch (state) {
    case JobState::Queued:
        return u"queued"_s;
    case JobState::Starting:
    case JobState::Running:
        return u"start"_s;
    case JobState::Pausing:
    case JobState::Paused:
        return u"pause"_s;
    case JobState::Stopping:
    case JobState::Stopped:
        return u"stop"_s;
    case JobState::Finished:
        return u"success"_s;
    case JobState::BudgetSpent:
        return u"budget"_s;
    case JobState::Failed:
        return u"error"_s;
    case JobState::Interrupted:
        break;
    }
    return u"interrupted"_s;
}

JobState jobStateOf(RunSource::State state)
{
    switch (state) {
    case RunSource::State::Running:
        return JobState::Running;
    case RunSource::State::Pausing:
        return JobState::Pausing;
    case RunSource::State::Paused:
        return JobState::Paused;
    case RunSource::State::Stopping:
        return JobState::Stopping;
    case RunSource::State::Starting:
    case RunSource::State::Idle:
        break;
    }
    return JobState::Starting;
}

JobState jobStateOf(RunEnd::Kind kind)
{
    switch (kind) {
    case RunEnd::Kind::Finished:
        return JobState::Finished;
    case RunEnd::Kind::Stopped:
        return JobState::Stopped;
    case RunEnd::Kind::BudgetSpent:
        return JobState::BudgetSpent;
    case RunEnd::Kind::Failed:
        break;
    }
    return JobState::Failed;
}

bool RunJob::mayResume() const
{
    return !isActive()
        && (state == JobState::Stopped || state == JobState::Failed || state == JobState::Interrupted);
}

std::optional<double> RunJob::timeLeft() const
{
    const double perSecond = pace.roundsPerSecond();
    if (perSecond <= 0 || !isActive())
        return std::nullopt;
    return std::max(0, record.hello.expectedRounds() - record.round()) / perSecond;
}

} // namespace fedcctr::studio
