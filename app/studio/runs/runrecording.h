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
    std::vector<RoundRecord> rounds; ///< in ascending order
    std::vector<EventMessage> events;
    std::optional<RunEnd> end; ///< how it ended, if it has

    /// A new run, or one that goes on from a checkpoint: then what was before it stays.
    void begin(const HelloMessage& newHello);
    void add(const ReferenceMessage& reference) { references.push_back(reference); }
    void add(const RoundRecord& round);
    void add(const EventMessage& event);

    int round() const { return rounds.empty() ? 0 : rounds.back().round; }

    /// A term's weight ("loss.lambda1") as it stood in this round: the setting, or what it was changed to
    /// before that round began.
    double weightAt(std::string_view key, int round) const;

    /// Seconds of all rounds up to this one of them.
    double elapsed(const RoundRecord& round) const;

    /// Of the events those that changed a setting: few, where events may be many.
    std::vector<runs::WeightChange> changes;

    /// Of the last checkpoint; 0: none has been told.
    int checkpointRound() const;

    /// What was measured last in a domain, or none.
    const runs::MetricSet* lastQuality(std::size_t domain) const;

private:
    void noteChange(const EventMessage& event);

    std::vector<double> m_elapsed; ///< by round, as `rounds`
};

/// What a reader off the GUI thread brings back.
struct ReadRun {
    std::shared_ptr<const RunRecording> record; ///< null after a failure
    QString problem;
};

/// When a run wrote its results: the time of summary.json, or, where the file is a copy, the run's own last
/// word in log.txt. Invalid without results.
QDateTime endOfRun(const QString& run);

/// The results that a run directory holds; none if there are none, or they are damaged.
std::optional<runs::SummaryRecord> summaryOf(const QString& run);

/// Reads a run directory as it stands: finished, stopped or killed. Not for the GUI's thread.
ReadRun readRecording(const QString& run);

} // namespace fedcctr::studio
