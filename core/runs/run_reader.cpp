// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_reader.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/runs/json_fields.h"
#include "core/runs/run_config.h"
#include "core/settings/config.h"
#include "core/settings/run_document.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace fedcctr::runs {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

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
        if (const std::string type = fields::text(node, "type"); !type.empty() && type != "round")
            continue;
        RoundRecord record = roundFrom(node);
        // A resumed run may have written some rounds twice.
        while (!run.rounds.empty() && run.rounds.back().round >= record.round)
            run.rounds.pop_back();
        run.rounds.push_back(std::move(record));
    }
    if (broken > 0)
        run.remarks.push_back("metrics.jsonl: the last line is half written and was left out");
}

/// The weights of rounds that did not record theirs: the settings and what the events changed.
void completeWeights(RunRecord& run)
{
    const auto lacks = [](const RoundRecord& round) {
        return std::ranges::any_of(round.loss.terms,
            [](const LossTerm& term) { return term.isWeighted() && std::isnan(term.weight); });
    };
    if (std::ranges::none_of(run.rounds, lacks))
        return;
    const std::vector<WeightChange> changes = readWeightChanges(run.path / "events.jsonl");
    const settings::Config config = readRunConfig(run.path / "config.json").config;
    for (RoundRecord& round : run.rounds)
        completeWeights(round.loss, round.round, config, changes);
}

} // namespace

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
        return std::numeric_limits<double>::quiet_NaN();
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
        document["checksum"][part] = checksum;
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
    SummaryRecord summary = summaryFrom(document);
    for (std::size_t i = 0; i < 2; ++i)
        if (!summary.domains[i].empty())
            domains[i] = summary.domains[i];
    return summary;
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
