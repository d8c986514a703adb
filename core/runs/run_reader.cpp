// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_reader.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/evaluation/references.h"
#include "core/settings/config.h"
#include "core/settings/run_document.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace fedcctr::runs {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// The part of that name, or null.
const json& part(const json& node, const char* key)
{
    static const json kNull;
    const auto found = node.is_object() ? node.find(key) : node.end();
    return node.is_object() && found != node.end() ? *found : kNull;
}

double number(const json& node, const char* key, double fallback = kMissing)
{
    const json& value = part(node, key);
    return value.is_number() ? value.get<double>() : fallback;
}

/// A number that may be infinite, which JSON writes as a word or as null.
double numberOrInfinity(const json& node, const char* key)
{
    const json& value = part(node, key);
    return value.is_number() ? value.get<double>() : std::numeric_limits<double>::infinity();
}

std::string text(const json& node, const char* key)
{
    const json& value = part(node, key);
    return value.is_string() ? value.get<std::string>() : std::string();
}

int whole(const json& node, const char* key)
{
    return static_cast<int>(number(node, key, 0));
}

MetricSet metricSet(const json& node)
{
    MetricSet set;
    if (!node.is_object())
        return set;
    for (const auto& [name, value] : node.items())
        if (value.is_number())
            set.values[name] = value.get<double>();
    const json& interval = part(node, "ndcg@10_ci95");
    if (interval.is_array() && interval.size() == 2 && interval[0].is_number() && interval[1].is_number())
        set.interval = {interval[0].get<double>(), interval[1].get<double>()};
    return set;
}

DomainMetricSets bothDomains(const json& node)
{
    return {metricSet(part(node, "A")), metricSet(part(node, "B"))};
}

BudgetRecord budgetRecord(const json& node)
{
    const json& spent = part(node, "spent");
    BudgetRecord record{text(node, "accountant"), text(node, "adversary"), text(node, "relation"),
        number(node, "delta"), number(node, "limit"), number(spent, "min"), number(spent, "median"),
        number(spent, "max"), whole(node, "active"), whole(node, "clients"), {}};
    if (const json& rigorous = part(node, "rigorous"); rigorous.is_object())
        record.rigorous = RigorousRecord{text(rigorous, "accountant"), text(rigorous, "relation"),
            number(rigorous, "delta"), numberOrInfinity(rigorous, "max")};
    return record;
}

RoundLoss roundLoss(const json& node)
{
    const json& loss = part(node, "loss");
    return {number(loss, "total"), number(loss, "a"), number(loss, "b"), number(loss, "idra"),
        number(loss, "cdrd"), number(node, "lambda1"), number(node, "lambda2")};
}

/// Earlier programs wrote 0 where there is nothing.
void clearSilent(RoundRecord& record)
{
    record.loss.clearTerms();
    record.clipped = kMissing;
    record.signalToNoise = kMissing;
}

RoundRecord roundRecord(const json& node)
{
    RoundRecord record;
    record.round = whole(node, "round");
    record.seconds = number(node, "seconds");
    record.clients = number(node, "clients");
    record.loss = roundLoss(node);
    record.clipped = number(node, "clipped");
    record.clipNorm = number(node, "clip_norm");
    record.sigma = number(node, "sigma");
    record.signalToNoise = number(node, "signal_to_noise");
    if (part(node, "budget").is_object())
        record.budget = budgetRecord(node["budget"]);
    record.evaluation = bothDomains(part(node, "evaluation"));
    if (record.isSilent())
        clearSilent(record);
    return record;
}

json readDocument(const fs::path& file)
{
    json document = json::parse(readFile(file), nullptr, false);
    if (!document.is_object())
        throw Error(
            file.string() + ": is damaged (not a JSON object); restore the file or run the training again");
    return document;
}

void flatten(const json& node, const std::string& prefix, Settings& settings)
{
    for (const auto& [key, value] : node.items()) {
        if (value.is_object())
            flatten(value, prefix + key + '.', settings);
        else
            settings.emplace_back(prefix + key, value.is_string() ? value.get<std::string>() : value.dump());
    }
}

void readRounds(const fs::path& file, RunRecord& run)
{
    std::error_code failed;
    if (!fs::exists(file, failed)) {
        run.remarks.push_back("metrics.jsonl is missing: no round was finished");
        return;
    }
    LineReader reader(file);
    std::string line;
    std::size_t broken = 0;
    while (reader.next(line)) {
        if (line.empty())
            continue;
        if (broken > 0)
            throw Error(file.string() + ":" + std::to_string(broken)
                + ": is not JSON; only the last line may be half written. Remove the line to read the rest");
        const json node = json::parse(line, nullptr, false);
        if (!node.is_object()) {
            broken = reader.lineNumber();
            continue;
        }
        if (const std::string type = text(node, "type"); !type.empty() && type != "round")
            continue;
        const RoundRecord record = roundRecord(node);
        // A resumed run may have written some rounds twice.
        while (!run.rounds.empty() && run.rounds.back().round >= record.round)
            run.rounds.pop_back();
        run.rounds.push_back(record);
    }
    if (broken > 0)
        run.remarks.push_back("metrics.jsonl: the last line is half written and was left out");
}

/// The weights of rounds that did not record theirs: the settings and what the events changed.
void completeWeights(RunRecord& run)
{
    const auto lacks = [](const RoundRecord& round) {
        return std::isnan(round.loss.lambda1) || std::isnan(round.loss.lambda2);
    };
    if (std::ranges::none_of(run.rounds, lacks))
        return;
    const std::vector<WeightChange> changes = readWeightChanges(run.path / "events.jsonl");
    const auto complete = [&](double RoundLoss::*weight, std::string_view key, double fallback) {
        const std::string words = run.setting(std::string(key));
        double configured = fallback;
        std::from_chars(words.data(), words.data() + words.size(), configured);
        for (RoundRecord& round : run.rounds)
            if (std::isnan(round.loss.*weight))
                round.loss.*weight = weightIn(round.round, key, configured, changes);
    };
    const model::LossOptions defaults;
    complete(&RoundLoss::lambda1, kLambda1Key, defaults.lambda1);
    complete(&RoundLoss::lambda2, kLambda2Key, defaults.lambda2);
}

SpendRecord spendRecord(const json& node)
{
    return {numberOrInfinity(node, "epsilon"), number(node, "delta", 0), text(node, "accountant"),
        text(node, "adversary"), text(node, "relation"), number(node, "order", 0), text(node, "note"),
        text(node, "standing")};
}

ForecastRecord forecastRecord(const json& node)
{
    const json& stop = part(node, "stop");
    const json& signal = part(node, "signal_to_noise_at_best");
    return {stop.is_object(), whole(stop, "first_client"), whole(stop, "all_clients"),
        number(signal, "first_round"), number(signal, "last_round"), number(signal, "all_rounds")};
}

SummaryRecord summaryRecord(const json& node)
{
    SummaryRecord summary;
    summary.dataset = text(node, "dataset");
    summary.reason = text(node, "reason");
    summary.clients = whole(node, "clients");
    summary.rounds = whole(node, "rounds");
    summary.bestRound = whole(node, "best_round");
    summary.seconds = number(node, "seconds");
    summary.test = bothDomains(part(node, "test"));
    summary.validation = bothDomains(part(node, "validation"));
    for (const evaluation::Reference& reference : evaluation::references()) {
        const std::string name(reference.name);
        if (const json& metrics = part(part(node, "reference"), name.c_str()); metrics.is_object())
            summary.references.push_back({name, bothDomains(metrics)});
    }
    if (const json& popularity = part(node, "private_popularity"); popularity.is_object())
        summary.privatePopularity =
            PrivatePopularityRecord{number(popularity, "epsilon"), number(popularity, "delta"),
                text(popularity, "adversary"), text(popularity, "relation"), bothDomains(popularity)};
    if (const json& privacy = part(node, "privacy"); privacy.is_array())
        for (const json& entry : privacy)
            summary.privacy.push_back(spendRecord(entry));
    summary.forecast = forecastRecord(part(node, "forecast"));
    summary.signalToNoise = number(node, "signal_to_noise_median");
    summary.hardware = text(node, "hardware");
    const json& changes = part(node, "changed_settings");
    summary.tellsChanges = changes.is_array();
    for (std::size_t i = 0; summary.tellsChanges && i < changes.size(); ++i)
        summary.changes.push_back(
            {whole(changes[i], "round"), text(changes[i], "key"), number(changes[i], "value")});
    return summary;
}

} // namespace

double MetricSet::at(const std::string& name) const
{
    const auto found = values.find(name);
    return found == values.end() ? kMissing : found->second;
}

std::string RunRecord::setting(const std::string& key) const
{
    const auto found = std::ranges::find(settings, key, &std::pair<std::string, std::string>::first);
    return found == settings.end() ? std::string() : found->second;
}

double RunRecord::signalToNoise() const
{
    if (summary && std::isfinite(summary->signalToNoise))
        return summary->signalToNoise;
    std::vector<double> ratios;
    for (const RoundRecord& round : rounds)
        if (round.signalToNoise > 0)
            ratios.push_back(round.signalToNoise);
    if (ratios.empty())
        return kMissing;
    const auto middle = ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 2);
    std::ranges::nth_element(ratios, middle);
    return *middle;
}

bool RunRecord::clipNormChanges() const
{
    return std::ranges::any_of(rounds, [this](const RoundRecord& round) {
        return std::isfinite(round.clipNorm) && round.clipNorm != rounds.front().clipNorm;
    });
}

Settings readSettings(const fs::path& configFile)
{
    json document = readDocument(configFile);
    const settings::Provenance provenance = settings::takeProvenance(document);
    if (!document.is_object())
        throw Error(configFile.string() + ": \"settings\" is no object; restore the file");
    for (const auto& [key, words] : {std::pair{"dataset", &provenance.dataset},
             {"version", &provenance.version}, {"started", &provenance.started}})
        if (!words->empty())
            document[key] = *words;
    for (const auto& [part, checksum] : provenance.data)
        document["data"][part] = checksum;
    Settings settings;
    flatten(document, {}, settings);
    return settings;
}

Settings settingsOf(const settings::Config& config)
{
    Settings settings;
    flatten(settings::toJson(config), {}, settings);
    return settings;
}

SummaryRecord readSummary(const fs::path& summaryFile, std::array<std::string, 2>& domains)
{
    const json document = readDocument(summaryFile);
    const json& names = part(document, "domains");
    for (std::size_t i = 0; i < 2 && names.is_array() && i < names.size(); ++i)
        if (names[i].is_string())
            domains[i] = names[i].get<std::string>();
    return summaryRecord(document);
}

RunRecord readRun(const fs::path& path)
{
    std::error_code failed;
    if (!fs::is_directory(path, failed))
        throw Error(path.string()
            + ": is not a directory; give the directory of a run, as 'fedcctr train --out' makes it");
    if (!fs::exists(path / "config.json", failed))
        throw Error(path.string() + ": holds no run (config.json is missing); give the directory of a run");
    RunRecord run;
    run.path = path;
    const fs::path clean = fs::absolute(path).lexically_normal();
    run.name = clean.has_filename() ? clean.filename().string() : clean.parent_path().filename().string();
    run.domains = {"A", "B"};
    run.settings = readSettings(path / "config.json");
    run.preset = run.setting("preset");
    readRounds(path / "metrics.jsonl", run);
    completeWeights(run);
    if (fs::exists(path / "summary.json", failed)) {
        run.summary = readSummary(path / "summary.json", run.domains);
        if (!run.summary->tellsChanges)
            run.summary->changes = readWeightChanges(path / "events.jsonl");
    } else
        run.remarks.push_back(
            "summary.json is missing: the run is going on or was killed; --resume continues it");
    return run;
}

} // namespace fedcctr::runs
