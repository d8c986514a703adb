// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/runs/runsource.h"

#include <memory>
#include <vector>

namespace fedcctr::studio {

/// Everything that a run has told so far. A value: pages keep copies, charts draw from it.
struct RunRecording {
    QString run; ///< directory
    HelloMessage hello;
    bool greeted = false;
    std::vector<ReferenceMessage> references;
    std::vector<RoundMessage> rounds; ///< in ascending order
    std::vector<EventMessage> events;
    std::optional<RunEnd> end; ///< how it ended, if it has

    /// A new run, or one that goes on from a checkpoint: then what was before it stays.
    void begin(const HelloMessage& newHello);
    void add(const ReferenceMessage& reference) { references.push_back(reference); }
    void add(const RoundMessage& round);
    void add(const EventMessage& event);

    int round() const { return rounds.empty() ? 0 : rounds.back().round; }

    /// λ1 or λ2 ("lambda1", "lambda2") as it stood in this round: the setting, or what it was changed to
    /// before that round began.
    double weightAt(const char* name, int round) const;

    /// Of the events those that changed a setting: few, where events may be many.
    std::vector<runs::WeightChange> changes;

    /// Of the last checkpoint; 0: none has been told.
    int checkpointRound() const;

    /// The last measured quality of a domain, or none.
    const Quality* lastQuality(std::size_t domain) const;

private:
    void noteChange(const EventMessage& event);
};

/// What a reader off the GUI thread brings back.
struct ReadRun {
    std::shared_ptr<const RunRecording> record; ///< null after a failure
    QString problem;
};

/// When a run wrote its results: the time of summary.json, or, where the file is a copy, the run's own last
/// word in log.txt. Invalid without results.
QDateTime endOfRun(const QString& run);

/// Reads a run directory as it stands: finished, stopped or killed. Not for the GUI's thread.
ReadRun readRecording(const QString& run);

} // namespace fedcctr::studio
