// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fedcctr::runs {

/// How a run stands: what its engine tells, what its directory shows, and what a queue of runs knows of it.
enum class RunState : std::uint8_t {
    Queued, ///< waits for its turn: nobody trains, and there may be no directory yet
    Starting, ///< asked for, and not heard of yet
    Running, ///< of a directory: unfinished, and a file was written in the last minute
    Pausing, ///< asked to pause; the round in progress goes on
    Paused,
    Stopping, ///< asked to stop; the round in progress goes on
    Finished,
    Stopped, ///< by the person
    BudgetSpent, ///< all clients were stopped
    Failed, ///< ended with a message instead of results
    Interrupted, ///< of a directory: unfinished and nobody writes: killed, or failed
    Broken, ///< of a directory: a run that cannot be read
    Foreign, ///< of a directory: no run at all
};

/// In files and messages: "running", "budget-spent", …
std::string nameOf(RunState state);

/// The other way; false, and nothing is written, for a word of another version.
bool fromName(std::string_view name, RunState& state);

/// For readers: "running", "budget spent", …
std::string wordsOf(RunState state);

} // namespace fedcctr::runs
