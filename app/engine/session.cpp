// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/session.h"

#include "app/engine/reports.h"
#include "app/engine/stop_signal.h"
#include "core/base/error.h"
#include "core/base/numbers.h"
#include "core/settings/config_table.h"
#include "core/settings/relevance.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <unistd.h>

namespace fedcctr::engine {

using nlohmann::json;
using runs::EventKind;
using runs::EventMessage;
using runs::RunState;
using training::RoundReport;

namespace {

/// The member's text, empty if it has none.
std::string textOf(const json& object, const char* member)
{
    const auto found = object.find(member);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string bar(double share)
{
    constexpr int kWidth = 24;
    const int filled = static_cast<int>(share * kWidth);
    std::string text = "[";
    for (int i = 0; i < kWidth; ++i)
        text += i < filled ? '=' : '-';
    return text + "]";
}

std::string duration(double seconds)
{
    const auto whole = static_cast<long>(seconds + 0.5);
    char text[32];
    std::snprintf(text, sizeof text, "%ld:%02ld", whole / 60, whole % 60);
    return text;
}

} // namespace

Session::Session(
    runs::RunDirectory run, settings::Config config, Output output, std::vector<std::string> names)
    : m_out(STDOUT_FILENO)
    , m_err(STDERR_FILENO)
    , m_run(std::move(run))
    , m_config(std::move(config))
    , m_output(output)
    , m_names(std::move(names))
    , m_expectedRounds(m_config.federation.rounds)
    , m_terminal(output == Output::Progress && ::isatty(STDERR_FILENO) != 0)
{
}

void Session::send(const json& line) const
{
    if (m_output != Output::JsonLines)
        return;
    // Paths and commands may hold bytes that are no UTF-8.
    const auto write = [this](const json& one) {
        m_out.write(one.dump(-1, ' ', false, json::error_handler_t::replace) + '\n');
    };
    if (const std::size_t lines = m_out.takeLeftOut(); lines > 0)
        write(toJson(EventMessage{0, EventKind::Warning,
            std::to_string(lines)
                + " lines were left out, since nobody read them; the run directory has them"}));
    write(line);
}

void Session::tell(const std::string& text) const
{
    m_err.write(text);
}

void Session::drain() const
{
    m_out.drain();
    m_err.drain();
}

void Session::note(const std::string& message)
{
    const std::scoped_lock lock(m_mutex);
    m_run.log(message);
}

void Session::state(runs::RunState state) const
{
    send(toJson(runs::StateMessage{state}));
}

void Session::roundDone(const RoundReport& report)
{
    const json line = toJson(roundRecordOf(report, m_config));
    m_run.appendMetrics(line);
    send(line);
    if (m_output == Output::Progress)
        showProgress(report);
}

void Session::showProgress(const RoundReport& report)
{
    if (m_firstRound == 0)
        m_firstRound = report.round;
    if (report.validation) {
        m_lastMetrics = "NDCG@10";
        for (const evaluation::Metrics& domain : *report.validation) {
            char text[32] = "     -  ";
            if (domain.judged)
                std::snprintf(text, sizeof text, " %5.2f %%", 100 * domain.ndcg[2]);
            m_lastMetrics += text;
        }
    }
    using namespace std::chrono_literals;
    const auto now = std::chrono::steady_clock::now();
    const int rounds = m_expectedRounds;
    if (now - m_lastShown < (m_terminal ? 100ms : 5s) && report.round < rounds)
        return;
    m_lastShown = now;
    const double perRound =
        std::chrono::duration<double>(now - m_started).count() / (report.round - m_firstRound + 1);
    std::string text = "round " + std::to_string(report.round) + "/" + std::to_string(rounds) + "  "
        + (report.uploads ? "loss " + fixed(report.uploads->lossTotal, 4) : std::string("no client sent"))
        + "  " + m_lastMetrics;
    if (m_config.privacy.schedule != privacy::Schedule::None) {
        char budget[128];
        const privacy::AccountantInfo& accountant = privacy::accountant(m_config.privacy.accountant);
        std::snprintf(budget, sizeof budget, "  eps %.3g of %.3g (%s%s, %s)", report.spentMax,
            m_config.privacy.epsilon, accountant.name.c_str(), accountant.printed ? " as printed" : "",
            privacy::nameOf(m_config.privacy.adversary).c_str());
        text += budget;
        if (report.rigorousMax) {
            std::snprintf(budget, sizeof budget, ", rigorous %.3g (%s, delta %g)", *report.rigorousMax,
                privacy::kExactAccountant, m_config.privacy.delta);
            text += budget;
        }
    }
    text += "  left " + duration(perRound * std::max(0, rounds - report.round));
    if (m_terminal)
        tell('\r' + bar(std::min(1.0, static_cast<double>(report.round) / rounds)) + ' ' + text + "\033[K");
    else
        tell(text + '\n');
}

void Session::finishProgress() const
{
    if (m_terminal)
        tell("\r\033[K");
}

void Session::record(const json& line)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_run.appendEvent(line);
    }
    send(line);
}

void Session::happened(const training::TrainingEvent& event)
{
    note("round " + std::to_string(event.round) + ": " + event.message);
    record(toJson(eventOf(event)));
    if (m_output == Output::Progress && event.kind != training::EventKind::ClientsStopped) {
        finishProgress();
        tell("round " + std::to_string(event.round) + ": " + event.message + '\n');
    }
}

void Session::checkpoint(const training::Checkpoint& checkpoint)
{
    m_run.syncLines();
    training::writeCheckpoint(checkpoint, m_names, m_run.checkpointFile());
    m_run.appendLedger(ledgerLine(checkpoint.round, checkpoint.ledger));
    record(toJson(EventMessage{checkpoint.round, EventKind::Checkpoint, "checkpoint written"}));
}

void Session::snapshot(int round, const model::Parameters& parameters)
{
    training::writeSnapshot({round, parameters}, m_names, m_run.snapshotFile(round));
    m_run.thinSnapshots(m_config.run.snapshotStride(round));
}

void Session::paused(bool isPaused)
{
    note(isPaused ? "paused" : "resumed");
    state(isPaused ? RunState::Paused : RunState::Running);
}

void Session::evaluating(double share)
{
    if (m_terminal)
        tell('\r' + bar(share) + " final evaluation\033[K");
}

void Session::warn(const std::string& message)
{
    note("warning: " + message);
    record(toJson(EventMessage{0, EventKind::Warning, message}));
    tell("warning: " + message + '\n');
}

CommandReader::CommandReader(Session& session, training::TrainingControl& control, bool readInput)
    : m_session(session)
    , m_control(control)
{
    if (::pipe(m_wake) != 0)
        throw Error("no pipe for the command reader; too many open files?", Error::Kind::Failure);
    m_signals = std::jthread([this](const std::stop_token& stop) {
        using namespace std::chrono_literals;
        while (!stop.stop_requested() && !stopSignalled())
            std::this_thread::sleep_for(50ms);
        if (stopSignalled()) {
            m_session.state(RunState::Stopping);
            m_control.stop();
        }
    });
    if (!readInput)
        return;
    m_input = std::jthread([this] {
        std::string pending;
        char buffer[4096];
        pollfd watched[2] = {{STDIN_FILENO, POLLIN, 0}, {m_wake[0], POLLIN, 0}};
        while (::poll(watched, 2, -1) > 0 && watched[1].revents == 0) {
            const ssize_t got = ::read(STDIN_FILENO, buffer, sizeof buffer);
            if (got <= 0)
                return;
            pending.append(buffer, static_cast<std::size_t>(got));
            for (std::size_t end = pending.find('\n'); end != std::string::npos; end = pending.find('\n')) {
                obey(pending.substr(0, end));
                pending.erase(0, end + 1);
            }
        }
    });
}

CommandReader::~CommandReader()
{
    m_signals.request_stop();
    [[maybe_unused]] const ssize_t written = ::write(m_wake[1], "x", 1);
    if (m_input.joinable())
        m_input.join();
    m_signals.join();
    ::close(m_wake[0]);
    ::close(m_wake[1]);
}

namespace {

bool mayBeSet(const settings::Config& config, const std::string& key, double value)
{
    const std::vector<std::string> live = settings::liveSettings(config);
    if (std::ranges::find(live, key) == live.end())
        return false;
    const settings::Field& field = settings::field(key);
    return value >= field.least && value <= field.most;
}

/// "loss.lambda1 and loss.lambda2 may be set during a run, from 0 to 1"
std::string liveWords(const settings::Config& config)
{
    const std::vector<std::string> live = settings::liveSettings(config);
    if (live.empty())
        return "this model has no weight that may be set during a run";
    std::string words;
    for (const std::string& key : live)
        words += (words.empty() ? "" : " and ") + key;
    const settings::Field& field = settings::field(live.front());
    return words + " may be set during a run, from " + general(field.least) + " to " + general(field.most);
}

} // namespace

void CommandReader::obey(const std::string& line)
{
    const json command = json::parse(line, nullptr, false);
    const std::string name = command.is_object() ? textOf(command, "command") : std::string();
    if (name == "pause") {
        m_control.pause(true);
    } else if (name == "resume") {
        m_control.pause(false);
    } else if (name == "stop") {
        m_session.state(RunState::Stopping);
        m_control.stop();
    } else if (name == "set" && command.contains("value") && command["value"].is_number()) {
        const std::string key = textOf(command, "key");
        const double value = command["value"];
        if (mayBeSet(m_session.config(), key, value))
            m_control.setWeight(key, value);
        else
            m_session.warn("command set: " + key + " = " + general(value) + " is refused; "
                + liveWords(m_session.config()));
    } else {
        m_session.warn("unknown command: " + line.substr(0, 200));
    }
}

} // namespace fedcctr::engine
