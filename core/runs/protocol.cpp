// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/protocol.h"

#include "core/runs/json_fields.h"

#include <algorithm>

namespace fedcctr::runs {

using nlohmann::json;
using namespace fields;

namespace {

constexpr std::array<std::pair<EventKind, std::string_view>, 5> kEvents{{
    {EventKind::Checkpoint, "checkpoint"},
    {EventKind::Setting, "setting"},
    {EventKind::ClientsStopped, "clients-stopped"},
    {EventKind::BudgetSpent, "budget-spent"},
    {EventKind::Warning, "warning"},
}};

HelloMessage helloFrom(const json& line)
{
    HelloMessage message;
    message.protocol = whole(line, "protocol");
    message.version = text(line, "version");
    message.run = text(line, "run");
    const json& dataset = part(line, "dataset");
    message.dataset = text(dataset, "name");
    const json& domains = part(dataset, "domains");
    const json& items = part(dataset, "items");
    for (std::size_t i = 0; i < 2; ++i) {
        if (domains.is_array() && i < domains.size() && domains[i].is_string())
            message.domains[i] = domains[i].get<std::string>();
        if (items.is_array() && i < items.size() && items[i].is_number_integer())
            message.items[i] = items[i].get<int>();
    }
    message.users = whole(dataset, "users");
    message.data = dataRecordIn(line);
    message.settings = runConfigFrom(part(line, "config"));
    message.rounds = whole(line, "rounds");
    message.firstRound = whole(line, "first_round", 1);
    if (const json& parameters = part(line, "parameters"); parameters.is_number_integer())
        message.parameters = parameters.get<std::int64_t>();
    message.device = text(line, "device");
    message.threads = whole(line, "threads");
    message.blas = text(line, "blas");
    message.forecast = forecastFrom(part(line, "forecast"));
    return message;
}

} // namespace

int HelloMessage::expectedRounds() const
{
    return forecast.lastStop > 0 ? std::min(rounds, forecast.lastStop - 1) : rounds;
}

std::string nameOf(EventKind kind)
{
    return std::string(
        std::ranges::find(kEvents, kind, &std::pair<EventKind, std::string_view>::first)->second);
}

bool fromName(std::string_view name, EventKind& kind)
{
    const auto found = std::ranges::find(kEvents, name, &std::pair<EventKind, std::string_view>::second);
    if (found == kEvents.end())
        return false;
    kind = found->first;
    return true;
}

json toJson(const HelloMessage& message)
{
    return {{"type", "hello"}, {"protocol", message.protocol}, {"version", message.version},
        {"run", message.run},
        {"dataset",
            {{"name", message.dataset}, {"domains", message.domains}, {"users", message.users},
                {"items", message.items}}},
        {"data", message.data}, {"config", settingsJson(message.settings)}, {"rounds", message.rounds},
        {"first_round", message.firstRound}, {"parameters", message.parameters}, {"device", message.device},
        {"threads", message.threads}, {"blas", message.blas}, {"forecast", toJson(message.forecast)}};
}

json toJson(const ReferenceMessage& message)
{
    json line{{"type", "reference"}, {"ranker", message.ranker}, {"split", message.split}};
    addDomains(line, message.metrics);
    return line;
}

json toJson(const StateMessage& message)
{
    return {{"type", "state"}, {"state", message.state.text()}};
}

json toJson(const EventMessage& message)
{
    json line{{"type", "event"}, {"round", message.round}, {"event", message.event.text()},
        {"message", message.message}};
    if (message.event == EventKind::Setting) {
        line["key"] = message.key;
        line["value"] = message.value;
    }
    return line;
}

json toJson(const SummaryMessage& message)
{
    return {{"type", "summary"}, {"reason", message.reason.text()}, {"summary", toJson(message.summary)}};
}

json toJson(const ErrorMessage& message)
{
    return {{"type", "error"}, {"message", message.message}};
}

Message messageFrom(const json& line)
{
    const std::string type = text(line, "type");
    if (type == "round")
        return roundFrom(line);
    if (type == "hello")
        return helloFrom(line);
    if (type == "reference")
        return ReferenceMessage{text(line, "ranker"), text(line, "split"), domainsFrom(line)};
    if (type == "state")
        return StateMessage{Word<RunState>(text(line, "state"))};
    if (type == "event")
        return EventMessage{whole(line, "round"), Word<EventKind>(text(line, "event")), text(line, "message"),
            text(line, "key"), number(line, "value", 0)};
    if (type == "summary")
        return SummaryMessage{Word<RunState>(text(line, "reason")), summaryFrom(part(line, "summary"))};
    if (type == "error")
        return ErrorMessage{text(line, "message")};
    return std::monostate{};
}

std::optional<Message> parseMessage(std::string_view line)
{
    const json document = json::parse(line, nullptr, false);
    return document.is_object() ? std::optional(messageFrom(document)) : std::nullopt;
}

} // namespace fedcctr::runs
