// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_state.h"

#include <algorithm>
#include <array>
#include <utility>

namespace fedcctr::runs {

namespace {

constexpr std::array<std::pair<RunState, std::string_view>, 13> kNames{{
    {RunState::Queued, "queued"},
    {RunState::Starting, "starting"},
    {RunState::Running, "running"},
    {RunState::Pausing, "pausing"},
    {RunState::Paused, "paused"},
    {RunState::Stopping, "stopping"},
    {RunState::Finished, "finished"},
    {RunState::Stopped, "stopped"},
    {RunState::BudgetSpent, "budget-spent"},
    {RunState::Failed, "failed"},
    {RunState::Interrupted, "interrupted"},
    {RunState::Broken, "broken"},
    {RunState::Foreign, "foreign"},
}};

} // namespace

std::string nameOf(RunState state)
{
    return std::string(
        std::ranges::find(kNames, state, &std::pair<RunState, std::string_view>::first)->second);
}

bool fromName(std::string_view name, RunState& state)
{
    const auto found = std::ranges::find(kNames, name, &std::pair<RunState, std::string_view>::second);
    if (found == kNames.end())
        return false;
    state = found->first;
    return true;
}

std::string wordsOf(RunState state)
{
    std::string words = nameOf(state);
    std::ranges::replace(words, '-', ' ');
    return words;
}

} // namespace fedcctr::runs
