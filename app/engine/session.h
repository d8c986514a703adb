// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/line_writer.h"
#include "core/runs/run_directory.h"
#include "core/runs/run_state.h"
#include "core/training/trainer.h"

#include <chrono>
#include <mutex>
#include <thread>

namespace fedcctr::engine {

enum class Output : std::uint8_t {
    Progress, ///< a progress bar or plain lines on standard error
    JsonLines, ///< PROTOCOL.md on standard output
};

/// Joins a training with its run directory, its output and its commands.
class Session : public training::TrainingObserver {
public:
    Session(runs::RunDirectory run, settings::Config config, Output output, std::vector<std::string> names);

    void roundDone(const training::RoundReport& report) override;
    void happened(const training::TrainingEvent& event) override;
    void checkpoint(const training::Checkpoint& checkpoint) override;
    void snapshot(int round, const model::Parameters& parameters) override;
    void paused(bool isPaused) override;
    void evaluating(double share) override;

    /// One line of the protocol; nothing in the other mode. This, record(), state() and warn() may be called
    /// from any thread.
    void send(const nlohmann::json& line) const;

    /// The same, and in the run directory in either mode.
    void record(const nlohmann::json& line);
    void state(runs::RunState state) const;
    void warn(const std::string& message);
    void note(const std::string& message); ///< into the log only

    /// For the terminal, on standard error.
    void tell(const std::string& text) const;
    void finishProgress() const;

    /// Waits until all that was told has been read.
    void drain() const;

    runs::RunDirectory& run() { return m_run; }
    const settings::Config& config() const { return m_config; }

    /// Rounds that are left to show: fewer than planned where budgets end before.
    void expectRounds(int rounds) { m_expectedRounds = rounds; }

private:
    void showProgress(const training::RoundReport& report);

    mutable std::mutex m_mutex; ///< of the run directory's events and log
    mutable LineWriter m_out;
    mutable LineWriter m_err;
    runs::RunDirectory m_run;
    settings::Config m_config;
    Output m_output;
    std::vector<std::string> m_names;
    int m_expectedRounds;
    bool m_terminal;
    std::string m_lastMetrics;
    std::chrono::steady_clock::time_point m_lastShown{};
    std::chrono::steady_clock::time_point m_started = std::chrono::steady_clock::now();
    int m_firstRound = 0;
};

/// Obeys the commands that come on standard input until it closes, and SIGINT and SIGTERM as "stop".
class CommandReader {
public:
    CommandReader(Session& session, training::TrainingControl& control, bool readInput);
    ~CommandReader();

private:
    void obey(const std::string& line);

    Session& m_session;
    training::TrainingControl& m_control;
    int m_wake[2] = {-1, -1};
    std::jthread m_signals;
    std::jthread m_input;
};

} // namespace fedcctr::engine
