// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/session.h"
#include "core/silos/silo_training.h"

namespace fedcctr::engine {

/// Joins a training of silos with its run directory and its output, as Session does with one of users.
class SiloSession : public silos::SiloObserver {
public:
    SiloSession(Session& session, const silos::SiloTraining& training, bool showsProgress);

    void roundDone(const silos::SiloReport& report) override;
    void told(const std::string& what) override;
    void paused(bool isPaused) override;
    void checkpointDue() override;
    void evaluating(double share) override;

private:
    Session& m_session;
    const silos::SiloTraining& m_training;
    bool m_showsProgress;
    std::string m_lastMetrics;
    std::chrono::steady_clock::time_point m_lastShown{};
};

/// RUN/checkpoint/state.bin of such a run names the directory beside it that holds the silos' checkpoints.
/// Empty if there is none yet. Throws Error if it is damaged.
std::filesystem::path siloCheckpoint(const runs::RunDirectory& run);

} // namespace fedcctr::engine
