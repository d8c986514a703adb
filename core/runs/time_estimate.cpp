// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/time_estimate.h"

#include "core/base/error.h"
#include "core/settings/config_table.h"

#include <algorithm>

namespace fedcctr::runs {

namespace {

constexpr int kFewestRounds = 5; ///< fewer are mostly start-up

/// Settings on which the work of a round depends.
bool decidesTime(const std::string& key)
{
    static constexpr std::array<std::string_view, 14> kKeys{"loss.ranking", "loss.negatives",
        "loss.shared_negatives", "loss.idra", "loss.cdrd", "federation.mode", "federation.rate",
        "federation.sampling", "federation.optimizer", "federation.local_targets", "federation.local_steps",
        "privacy.schedule", "run.evaluate_every", "run.evaluation_users"};
    return key.starts_with("model.") || key == "run.device" || key == "run.threads"
        || std::ranges::find(kKeys, key) != kKeys.end();
}

settings::Config settingsOf(const RunEntry& run)
{
    settings::Config config;
    for (const auto& [key, value] : run.settings) {
        try {
            settings::setFromText(config, key + '=' + value);
        } catch (const Error&) {
            continue; // of another version of the program
        }
    }
    return config;
}

bool isAlike(const settings::Config& config, const settings::Config& other)
{
    return std::ranges::all_of(settings::fields(), [&](const settings::Field& field) {
        return !decidesTime(field.key) || field.read(config) == field.read(other);
    });
}

} // namespace

std::optional<TimeEstimate> timeFromRuns(std::span<const RunEntry* const> runs,
    const settings::Config& config, const std::filesystem::path& dataset)
{
    const RunEntry* newest = nullptr;
    for (const RunEntry* run : runs) {
        const bool timed = run->summary && run->summary->rounds >= kFewestRounds && run->summary->seconds > 0;
        if (!timed
            || std::filesystem::path(run->datasetPath).lexically_normal() != dataset.lexically_normal())
            continue;
        if ((!newest || run->started > newest->started) && isAlike(config, settingsOf(*run)))
            newest = run;
    }
    if (!newest)
        return {};
    return TimeEstimate{newest->summary->seconds / newest->summary->rounds, newest->name};
}

} // namespace fedcctr::runs
