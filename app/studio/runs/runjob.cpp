// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runs/runjob.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

QString stateWord(RunState state)
{
    return QString::fromStdString(runs::wordsOf(state));
}

QString stateIcon(RunState state)
{
    switch (state) {
    case RunState::Queued:
        return u"queued"_s;
    case RunState::Starting:
    case RunState::Running:
        return u"start"_s;
    case RunState::Pausing:
    case RunState::Paused:
        return u"pause"_s;
    case RunState::Stopping:
    case RunState::Stopped:
        return u"stop"_s;
    case RunState::Finished:
        return u"success"_s;
    case RunState::BudgetSpent:
        return u"budget"_s;
    case RunState::Failed:
        return u"error"_s;
    case RunState::Broken:
    case RunState::Foreign:
        return u"warning"_s;
    case RunState::Interrupted:
        break;
    }
    return u"interrupted"_s;
}

bool RunJob::mayResume() const
{
    return !isActive()
        && (state == RunState::Stopped || state == RunState::Failed || state == RunState::Interrupted);
}

std::optional<double> RunJob::timeLeft() const
{
    const double perSecond = pace.roundsPerSecond();
    if (perSecond <= 0 || !isActive())
        return std::nullopt;
    return std::max(0, record.hello.expectedRounds() - record.round()) / perSecond;
}

} // namespace fedcctr::studio
