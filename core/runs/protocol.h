// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runs/round_record.h"
#include "core/runs/run_config.h"
#include "core/runs/run_notes.h"
#include "core/runs/summary_record.h"

#include <string_view>
#include <variant>

namespace fedcctr::runs {

// The lines of app/engine/PROTOCOL.md: the engine writes them, the window and the readers of run directories
// read them. toJson() makes the line; messageFrom() takes what other versions leave out or add.

/// The first line.
struct HelloMessage {
    static constexpr int kProtocol = 1;

    int protocol = kProtocol;
    std::string version;
    std::string run; ///< directory
    std::string dataset; ///< name
    std::array<std::string, 2> domains{"A", "B"};
    int users = 0;
    std::array<int, 2> items{};
    DataRecord data; ///< empty from an older engine
    RunConfig settings; ///< without a provenance
    int rounds = 0; ///< planned
    int firstRound = 1; ///< or the checkpoint's next one
    std::int64_t parameters = 0;
    std::string device;
    int threads = 0;
    std::string blas;
    ForecastRecord forecast;

    const settings::Config& config() const { return settings.config; }

    /// Rounds that will be done: fewer than planned where all budgets end before.
    int expectedRounds() const;
};

/// How well a ranker that needs no training does.
struct ReferenceMessage {
    std::string ranker; ///< "random", "popularity", "item-knn"
    std::string split; ///< "validation"
    DomainMetricSets metrics;
};

struct StateMessage {
    Word<RunState> state; ///< Running, Paused or Stopping
};

enum class EventKind : std::uint8_t { Checkpoint, Setting, ClientsStopped, BudgetSpent, Warning };

/// "checkpoint", "setting", "clients-stopped", "budget-spent", "warning".
std::string nameOf(EventKind kind);
bool fromName(std::string_view name, EventKind& kind);

/// Something happened at a round.
struct EventMessage {
    int round = 0;
    Word<EventKind> event;
    std::string message;
    std::string key = {}; ///< of a Setting
    double value = 0;
};

/// The end of a run.
struct SummaryMessage {
    Word<RunState> reason;
    SummaryRecord summary;
};

/// The end of a run that failed.
struct ErrorMessage {
    std::string message;
};

/// std::monostate: a type that this version does not know.
using Message = std::variant<std::monostate, HelloMessage, ReferenceMessage, StateMessage, RoundRecord,
    EventMessage, SummaryMessage, ErrorMessage>;

nlohmann::json toJson(const HelloMessage& message);
nlohmann::json toJson(const ReferenceMessage& message);
nlohmann::json toJson(const StateMessage& message);
nlohmann::json toJson(const EventMessage& message);
nlohmann::json toJson(const SummaryMessage& message);
nlohmann::json toJson(const ErrorMessage& message);

Message messageFrom(const nlohmann::json& line);

/// A line as it comes. Nothing if it is no JSON object.
std::optional<Message> parseMessage(std::string_view line);

} // namespace fedcctr::runs
