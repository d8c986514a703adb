// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/round_loss.h"

#include "core/base/files.h"

#include <nlohmann/json.hpp>

namespace fedcctr::runs {

using nlohmann::json;

double weightIn(int round, std::string_view key, double configured, std::span<const WeightChange> changes)
{
    double value = configured;
    for (const WeightChange& change : changes)
        if (change.key == key && change.round < round)
            value = change.value;
    return value;
}

std::vector<WeightChange> readWeightChanges(const std::filesystem::path& eventsFile)
{
    std::vector<WeightChange> changes;
    std::error_code failed;
    if (!std::filesystem::exists(eventsFile, failed))
        return changes;
    LineReader lines(eventsFile);
    for (std::string line; lines.next(line);) {
        // Most lines tell of checkpoints.
        if (line.find("\"setting\"") == std::string::npos)
            continue;
        const json node = json::parse(line, nullptr, false);
        if (!node.is_object() || node.value("type", json()) != "event"
            || node.value("event", json()) != "setting")
            continue;
        const json key = node.value("key", json());
        const json value = node.value("value", json());
        const json round = node.value("round", json());
        if (key.is_string() && value.is_number() && round.is_number_integer())
            changes.push_back({round.get<int>(), key.get<std::string>(), value.get<double>()});
    }
    return changes;
}

} // namespace fedcctr::runs
