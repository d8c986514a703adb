// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sweeps/sweep_record.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/runs/run_reader.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace fedcctr::sweeps {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

json toDocument(const SweepPlan& plan)
{
    json document{{"format", 1}, {"version", FEDCCTR_VERSION}, {"dataset", plan.dataset.string()},
        {"base", settings::toJson(plan.base)}, {"ablation", plan.ablation}, {"calibrated", plan.calibrated},
        {"data", plan.data}, {"axes", json::array()}, {"jobs", json::array()}};
    for (const SweepAxis& axis : plan.axes)
        document["axes"].push_back({{"key", axis.key}, {"values", axis.values}});
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
    for (const json& axis : document.at("axes"))
        plan.axes.push_back({axis.at("key"), axis.at("values")});
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
