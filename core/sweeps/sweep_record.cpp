// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sweeps/sweep_record.h"

#include "core/augment/shelf.h"
#include "core/augment/use.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/data/fingerprint.h"
#include "core/runs/run_reader.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace fedcctr::sweeps {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

json toJson(const std::vector<SweepAxis>& axes)
{
    json list = json::array();
    for (const SweepAxis& axis : axes)
        list.push_back({{"key", axis.key}, {"values", axis.values}});
    return list;
}

std::vector<SweepAxis> axesFrom(const json& list)
{
    std::vector<SweepAxis> axes;
    for (const json& axis : list)
        axes.push_back({axis.at("key"), axis.at("values")});
    return axes;
}

json toJson(const ComparisonRow& row)
{
    json node{{"name", row.name}, {"title", row.title}, {"group", row.group}, {"augmented", row.augmented},
        {"base", row.isBase}, {"shows_augmentation", row.showsAugmentation}, {"assignments", row.assignments},
        {"grid", toJson(row.grid)}, {"search_rounds", row.searchRounds}, {"tried", json::array()}};
    for (const TriedPoint& tried : row.tried)
        node["tried"].push_back({{"point", tried.point}, {"validation_ndcg@10", tried.ndcg}});
    if (!row.tried.empty())
        node["chosen"] = row.chosen;
    return node;
}

ComparisonRow rowFrom(const json& node)
{
    ComparisonRow row{node.at("name"), node.at("title"), node.at("group"), node.at("augmented"),
        node.at("base"), node.at("shows_augmentation"), node.at("assignments"), axesFrom(node.at("grid")),
        node.at("search_rounds"), {}, node.value("chosen", std::size_t{0})};
    for (const json& tried : node.at("tried")) {
        const json& ndcg = tried.at("validation_ndcg@10");
        row.tried.push_back({tried.at("point").get<SweepPoint>(),
            ndcg.is_null() ? std::numeric_limits<double>::quiet_NaN() : ndcg.get<double>()});
    }
    if (row.chosen >= std::max<std::size_t>(1, row.tried.size()))
        row.chosen = 0;
    return row;
}

json toJson(const Comparison& comparison)
{
    json node{{"points", comparison.points}, {"seeds", comparison.seeds}, {"rows", json::array()}};
    for (const ComparisonRow& row : comparison.rows)
        node["rows"].push_back(toJson(row));
    return node;
}

Comparison comparisonFrom(const json& node)
{
    Comparison comparison{{}, node.at("points"), node.at("seeds")};
    for (const json& row : node.at("rows"))
        comparison.rows.push_back(rowFrom(row));
    return comparison;
}

json toDocument(const SweepPlan& plan)
{
    json document{{"format", 1}, {"version", FEDCCTR_VERSION}, {"dataset", plan.dataset.string()},
        {"base", settings::toJson(plan.base)}, {"ablation", plan.ablation}, {"calibrated", plan.calibrated},
        {"data", plan.data}, {"axes", toJson(plan.axes)}, {"jobs", json::array()}};
    if (plan.comparison)
        document["comparison"] = toJson(*plan.comparison);
    for (const SweepJob& job : plan.jobs)
        document["jobs"].push_back({{"name", job.name}, {"variant", job.variant}, {"point", job.point},
            {"seed", job.seed}, {"assignments", job.assignments}});
    return document;
}

SweepPlan fromDocument(const json& document, const std::string& source)
{
    SweepPlan plan;
    plan.dataset = document.at("dataset").get<std::string>();
    settings::readJson(plan.base, document.at("base"), source);
    plan.ablation = document.at("ablation");
    plan.calibrated = document.at("calibrated");
    plan.data = runs::dataRecordIn(document);
    plan.axes = axesFrom(document.at("axes"));
    if (document.contains("comparison"))
        plan.comparison = comparisonFrom(document.at("comparison"));
    for (const json& job : document.at("jobs"))
        plan.jobs.push_back({job.at("name"), job.at("variant"), job.at("point"), job.at("seed"),
            job.at("assignments").get<std::vector<std::string>>()});
    return plan;
}

/// What must agree for two plans to share a folder.
json baseOf(const SweepPlan& plan)
{
    json base = settings::toJson(plan.base);
    base["run"].erase("device");
    base["run"].erase("threads");
    return base;
}

/// The same row may be asked for again, but not with other settings or another search.
bool isSameRow(const ComparisonRow& a, const ComparisonRow& b)
{
    return a.assignments == b.assignments && toJson(a.grid) == toJson(b.grid)
        && a.searchRounds == b.searchRounds;
}

/// The rows of both, in the order of the one that has all, and else of the older one.
Comparison joined(const Comparison& older, const Comparison& plan, const fs::path& folder)
{
    const auto refuse = [&folder](const std::string& what) {
        throw Error(folder.string() + ": holds a comparison " + what + "; choose another --out");
    };
    if (older.points != plan.points)
        refuse("whose rows tried " + std::to_string(older.points) + " points each, not "
            + std::to_string(plan.points));
    const auto place = [](const Comparison& of, const std::string& name) {
        return std::ranges::find(of.rows, name, &ComparisonRow::name);
    };
    for (const ComparisonRow& row : plan.rows)
        if (const auto same = place(older, row.name); same != older.rows.end() && !isSameRow(*same, row))
            refuse("in which the row " + row.name + " has other settings or another search");
    const bool hasAll = std::ranges::all_of(
        older.rows, [&](const ComparisonRow& row) { return place(plan, row.name) != plan.rows.end(); });
    Comparison all = hasAll ? plan : older;
    all.seeds = std::max(older.seeds, plan.seeds);
    for (const ComparisonRow& row : plan.rows)
        if (place(all, row.name) == all.rows.end())
            all.rows.push_back(row);
    for (ComparisonRow& row : all.rows)
        for (const Comparison* source : {&older, &plan})
            if (const auto same = place(*source, row.name); same != source->rows.end()) {
                row.isBase = same->isBase;
                if (!same->tried.empty()) {
                    row.tried = same->tried;
                    row.chosen = same->chosen;
                }
            }
    return all;
}

void addMissingAxes(SweepPlan& plan, const std::vector<SweepAxis>& older)
{
    for (const SweepAxis& axis : older) {
        const auto found = std::ranges::find(plan.axes, axis.key, &SweepAxis::key);
        if (found == plan.axes.end()) {
            plan.axes.push_back(axis);
            continue;
        }
        for (const std::string& value : axis.values)
            if (std::ranges::find(found->values, value) == found->values.end())
                found->values.push_back(value);
    }
}

} // namespace

SweepPlan readPlan(const fs::path& folder)
{
    const fs::path file = folder / "sweep.json";
    std::error_code failed;
    if (!fs::exists(file, failed))
        throw Error(folder.string()
            + ": holds no sweep (sweep.json is missing); start one with 'fedcctr sweep "
              "DATASET --out DIR'");
    try {
        return fromDocument(json::parse(readFile(file)), file.string() + ": ");
    } catch (const json::exception&) {
        throw Error(file.string()
            + ": is damaged; remove it and give the sweep's command again: finished runs "
              "are kept");
    }
}

runs::DataRecord trainedOn(const SweepPlan& plan, const std::vector<SweepJob>& jobs)
{
    std::error_code failed;
    if (!fs::exists(plan.dataset / "dataset.json", failed))
        return {};
    runs::DataRecord record = data::fingerprintOf(plan.dataset);
    record.merge(runs::modelFiles(plan.base, plan.dataset));
    for (const SweepJob& job : jobs) {
        const settings::Config config = configOf(plan, job);
        const augment::AugmentUse& use = config.augment;
        if (config.model.vectors != plan.base.model.vectors)
            for (const auto& [file, sum] : runs::modelFiles(config, plan.dataset))
                if (file == runs::kVectors)
                    record.emplace(file + " '" + config.model.vectors + "'", sum);
        const std::string part = use.name.empty() ? runs::kAugmentation : "augmentation '" + use.name + "'";
        if (augment::isUsed(use) && !record.contains(part))
            record[part] =
                augment::augmentationChecksum(plan.dataset, use.name).value_or(runs::kNoAugmentation);
    }
    return record;
}

void checkData(const fs::path& folder, const SweepPlan& plan, const runs::DataRecord& now)
{
    if (const auto parts = runs::differingParts(plan.data, now); !parts.empty())
        throw Error(folder.string() + ": holds a sweep on other data than " + plan.dataset.string()
            + " holds now: by their checksums " + runs::inWords(parts)
            + " differ; restore that dataset, or choose another --out");
}

void recordPlan(const fs::path& folder, const SweepPlan& plan)
{
    makeWritableDirectory(folder);
    SweepPlan all = plan;
    std::error_code failed;
    if (fs::exists(folder / "sweep.json", failed)) {
        const SweepPlan older = readPlan(folder);
        if (older.dataset != plan.dataset || baseOf(older) != baseOf(plan))
            throw Error(folder.string() + ": holds a sweep of other settings or another dataset ("
                + older.dataset.string() + "); choose another --out");
        if (older.comparison.has_value() != plan.comparison.has_value())
            throw Error(folder.string() + ": holds "
                + (older.comparison ? "a comparison of models" : "a sweep that is no comparison of models")
                + "; choose another --out");
        if (older.comparison)
            all.comparison = joined(*older.comparison, *plan.comparison, folder);
        checkData(folder, older, plan.data);
        all.data.insert(older.data.begin(), older.data.end());
        all.ablation = plan.ablation || older.ablation;
        addMissingAxes(all, older.axes);
        for (const SweepJob& job : older.jobs)
            if (std::ranges::find(plan.jobs, job.name, &SweepJob::name) == plan.jobs.end())
                all.jobs.push_back(job);
    }
    writeFileAtomically(folder / "base.json", settings::toJson(plan.base).dump(2) + '\n');
    writeFileAtomically(folder / "sweep.json", toDocument(all).dump(1) + '\n');
}

JobState stateOf(const fs::path& run)
{
    std::error_code failed;
    if (!fs::exists(run / "config.json", failed))
        return JobState::Waiting;
    if (!fs::exists(run / "summary.json", failed))
        return JobState::Begun;
    try {
        std::array<std::string, 2> domains;
        const runs::Word<runs::RunState> reason = runs::readSummary(run / "summary.json", domains).reason;
        return reason == runs::RunState::Finished || reason == runs::RunState::BudgetSpent
            ? JobState::Finished
            : JobState::Begun;
    } catch (const std::exception&) {
        return JobState::Begun;
    }
}

} // namespace fedcctr::sweeps
