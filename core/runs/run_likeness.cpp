// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_likeness.h"

#include "core/base/error.h"
#include "core/settings/config.h"
#include "core/settings/config_table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <limits>
#include <string_view>
#include <unordered_map>

namespace fedcctr::runs {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostNamed = 4; ///< settings that every name lists
constexpr const char* kDataset = "dataset";

/// The shortest words that tell the number, in the C locale.
std::string plainNumber(double value)
{
    char words[32];
    const auto result = std::to_chars(words, words + sizeof words, value);
    return {words, result.ptr};
}

double numberIn(const std::string& words)
{
    double value = std::numeric_limits<double>::quiet_NaN();
    std::from_chars(words.data(), words.data() + words.size(), value);
    return value;
}

std::string plural(std::size_t count, const std::string& noun)
{
    return std::to_string(count) + ' ' + noun + (count == 1 ? "" : "s");
}

void appendTo(std::string& words, const std::string& more, const char* separator)
{
    words += (words.empty() ? "" : separator) + more;
}

/// What the weights were changed to, as far as a round was trained with it.
std::string changesOf(const RunEntry& run)
{
    std::string words;
    std::map<std::string, double> values;
    for (const WeightChange& change : run.summary->changes) {
        const auto [value, isFirst] = values.try_emplace(change.key, numberIn(run.setting(change.key)));
        if (change.round >= run.summary->rounds || change.value == value->second)
            continue;
        value->second = change.value;
        appendTo(words,
            settingSymbol(change.key) + ' ' + plainNumber(change.value) + " from round "
                + std::to_string(change.round + 1),
            ", ");
    }
    return words;
}

bool sameResults(const SummaryRecord& a, const SummaryRecord& b)
{
    for (std::size_t domain = 0; domain < 2; ++domain)
        if (a.test[domain].values != b.test[domain].values)
            return false;
    return a.rounds == b.rounds;
}

bool samePath(const fs::path& a, const fs::path& b)
{
    std::error_code failed;
    return a == b || fs::equivalent(a, b, failed);
}

/// "NDCG@10 44.95 and 45.10 %" of the first domain in which they differ.
std::string differenceOf(const RunEntry& a, const RunEntry& b)
{
    const auto percent = [](double fraction) {
        char words[32];
        const auto result =
            std::to_chars(words, words + sizeof words, 100 * fraction, std::chars_format::fixed, 2);
        return std::string(words, result.ptr);
    };
    for (std::size_t domain = 0; domain < 2; ++domain) {
        const double first = a.summary->test[domain].at("ndcg@10");
        const double second = b.summary->test[domain].at("ndcg@10");
        if (std::isfinite(first) && std::isfinite(second) && first != second)
            return "NDCG@10 " + percent(first) + " and " + percent(second) + " % in " + a.domains[domain];
    }
    return "other test metrics or rounds";
}

/// "run.device cpu and cuda", or nothing where the machines' settings agree.
std::string machinesOf(const RunEntry& a, const RunEntry& b)
{
    std::string words;
    for (const char* key : {"run.device", "run.threads", "version"})
        if (a.setting(key) != b.setting(key))
            words += std::string(", ") + key + ' ' + a.setting(key) + " and " + b.setting(key);
    return words;
}

std::string seedRemark(const RunEntry& counted, std::span<const RunEntry* const> others)
{
    std::string words = "Seed " + std::to_string(counted.seed) + " was run "
        + plural(others.size() + 1, "time") + " and counts once (" + counted.name + ")";
    for (const RunEntry* other : others) {
        if (!counted.summary || !other->summary || sameResults(*counted.summary, *other->summary))
            continue;
        return words + ", although the results differ: " + differenceOf(counted, *other)
            + machinesOf(counted, *other) + " (" + other->name + ").";
    }
    return words + (counted.summary ? ": the results are the same." : ".");
}

/// Settings that no name is about: notes, and what belongs to the machine.
bool isNamed(const std::string& key)
{
    constexpr std::array<std::string_view, 6> kOthers{
        "preset", "started", "version", "run.seed", "run.device", "run.threads"};
    return std::ranges::find(kOthers, key) == kOthers.end();
}

using Words = std::vector<std::string_view>; ///< a setting's values, one per configuration

/// A setting in which the configurations differ.
struct Varying {
    std::string label;
    Words values;
    std::string_view common; ///< what most have; empty if no value is commoner than each other one
};

std::string_view commonest(const Words& values)
{
    std::unordered_map<std::string_view, std::size_t> counts;
    std::size_t most = 0;
    for (const std::string_view value : values)
        most = std::max(most, ++counts[value]);
    const auto isMost = [most](const auto& entry) { return entry.second == most; };
    return std::ranges::count_if(counts, isMost) == 1 ? std::ranges::find_if(counts, isMost)->first
                                                      : std::string_view();
}

/// Every setting's values in the table's order, those of other versions after it; the dataset comes first.
std::vector<std::pair<std::string, Words>> columnsOf(std::span<const RunEntry* const> runs)
{
    std::vector<std::pair<std::string, Words>> columns{{kDataset, Words(runs.size())}};
    std::unordered_map<std::string_view, std::size_t> places{{kDataset, 0}};
    for (const settings::Field& field : settings::fields()) {
        places.emplace(field.key, columns.size());
        columns.push_back({field.key, Words(runs.size())});
    }
    for (std::size_t i = 0; i < runs.size(); ++i) {
        columns.front().second[i] = runs[i]->datasetPath;
        for (const auto& [key, value] : runs[i]->settings) {
            const auto [place, isNew] = places.try_emplace(key, columns.size());
            if (isNew)
                columns.push_back({key, Words(runs.size())});
            columns[place->second].second[i] = value;
        }
    }
    return columns;
}

std::vector<Varying> varyingSettings(std::span<const RunEntry* const> runs, bool withEpsilon)
{
    std::vector<Varying> found;
    for (auto& [key, values] : columnsOf(runs)) {
        const bool differ = std::ranges::adjacent_find(values, std::not_equal_to<>()) != values.end();
        if (differ && isNamed(key) && (withEpsilon || !setsEpsilon(key)))
            found.push_back({settingSymbol(key), std::move(values), {}});
    }
    for (Varying& setting : found)
        setting.common = commonest(setting.values);
    return found;
}

std::string shown(const Varying& setting, std::size_t place)
{
    std::string value(setting.values[place]);
    if (value.ends_with(".0"))
        value.resize(value.size() - 2);
    return setting.label == kDataset ? fs::path(value).filename().string() : value;
}

std::vector<std::string> namesBy(const std::vector<Varying>& varying, std::span<const RunEntry* const> runs)
{
    const bool all = varying.size() <= kMostNamed;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        std::string words;
        for (const Varying& setting : varying)
            if (all || setting.common.empty() || setting.values[i] != setting.common)
                appendTo(words, setting.label + ' ' + shown(setting, i), ", ");
        std::string name = runs[i]->preset;
        appendTo(name, words, name.empty() || words.empty() ? "" : ": ");
        if (name.empty())
            name = runs[i]->name;
        if (const std::string deviation = runs[i]->deviation(); !deviation.empty())
            name += " (" + deviation + ')';
        names.push_back(std::move(name));
    }
    return names;
}

} // namespace

bool setsEpsilon(const std::string& key)
{
    return key == "privacy.epsilon" || key == "privacy.noise_multiplier";
}

std::string RunEntry::deviation() const
{
    if (!summary)
        return state == RunState::Running ? "still running" : "interrupted";
    std::string words = changesOf(*this);
    if (summary->reason == RunState::Stopped)
        appendTo(words,
            "stopped after " + std::to_string(summary->rounds) + " of "
                + plural(static_cast<std::size_t>(std::max(0, plannedRounds)), "round"),
            "; ");
    return words;
}

std::string settingSymbol(const std::string& key)
{
    const auto found = std::ranges::find(settings::fields(), key, &settings::Field::key);
    return found == settings::fields().end() || found->symbol.empty() ? key : found->symbol;
}

bool isSameRun(const RunEntry& a, const RunEntry& b)
{
    // The cheapest first: there may be many runs.
    if (a.settings != b.settings)
        return false;
    if (samePath(a.path, b.path))
        return true;
    if (!a.summary || !b.summary)
        return false;
    // Older summaries have no duration.
    const double first = a.summary->seconds;
    const double second = b.summary->seconds;
    return (first == second || (std::isnan(first) && std::isnan(second)))
        && sameResults(*a.summary, *b.summary);
}

std::vector<std::size_t> distinctSeeds(std::span<const RunEntry* const> runs)
{
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const auto known = std::ranges::find_if(
            places, [&](std::size_t place) { return runs[place]->seed == runs[i]->seed; });
        if (known == places.end())
            places.push_back(i);
        else if (!runs[*known]->summary && runs[i]->summary)
            *known = i;
    }
    return places;
}

std::vector<std::string> seedRemarks(std::span<const RunEntry* const> runs)
{
    std::vector<std::string> remarks;
    for (const std::size_t place : distinctSeeds(runs)) {
        const RunEntry& counted = *runs[place];
        std::vector<const RunEntry*> others;
        for (const RunEntry* run : runs)
            if (run != &counted && run->seed == counted.seed)
                others.push_back(run);
        if (!others.empty())
            remarks.push_back(seedRemark(counted, others));
    }
    return remarks;
}

std::vector<std::string> configurationNames(std::span<const RunEntry* const> runs)
{
    return namesBy(varyingSettings(runs, true), runs);
}

std::vector<std::string> lineNames(std::span<const RunEntry* const> runs)
{
    return namesBy(varyingSettings(runs, false), runs);
}

} // namespace fedcctr::runs
