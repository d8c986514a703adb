// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sweeps/comparison.h"

#include "core/augment/augmentation.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/installed.h"
#include "core/base/numbers.h"
#include "core/runs/run_reader.h"
#include "core/settings/presets.h"
#include "core/settings/relevance.h"
#include "core/sweeps/sweep_record.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

namespace fedcctr::sweeps {

namespace fs = std::filesystem;
using nlohmann::json;
using settings::Config;

namespace {

using Words = std::vector<std::string>;

constexpr std::array<const char*, 4> kParts{
    "augment.items", "augment.profiles", "augment.sequences", "augment.negatives"};

std::vector<SweepAxis> axesIn(const json& node, const char* key)
{
    std::vector<SweepAxis> axes;
    for (const auto& words : node.value(key, Words{}))
        axes.push_back(parseAxis(words));
    return axes;
}

ListedModel modelIn(const json& node)
{
    return {node.at("title"), node.at("group"), node.at("preset"), node.value("set", Words{}),
        axesIn(node, "grid"), node.value("augmentation", false), node.value("base", false)};
}

ComparisonList listIn(const json& document)
{
    const json& search = document.at("search");
    ComparisonList list{{}, axesIn(search, "grid"), search.at("points"), search.at("share_of_rounds")};
    for (const json& row : document.at("rows"))
        list.models.push_back(modelIn(row));
    return list;
}

void check(const ComparisonList& list)
{
    std::set<std::string> titles;
    for (const ListedModel& model : list.models)
        if (!titles.insert(model.title).second)
            throw Error("the row '" + model.title + "' is listed twice");
    if (std::ranges::count(list.models, true, &ListedModel::isBase) != 1)
        throw Error("exactly one row has \"base\": true, against which the others are tested");
    if (list.points < 1 || !(list.shareOfRounds > 0 && list.shareOfRounds <= 1))
        throw Error("\"points\" is at least 1 and \"share_of_rounds\" in (0, 1]");
}

void set(Config& config, const Words& assignments)
{
    for (const std::string& assignment : assignments)
        settings::setFromText(config, assignment);
}

/// Where a run is computed is no property of a row.
bool isOfMachine(const std::string& assignment)
{
    return assignment.starts_with("run.device=") || assignment.starts_with("run.threads=");
}

Words assignmentsOver(const Config& base, const Config& config)
{
    const runs::Settings before = runs::settingsOf(base);
    Words changes;
    for (const auto& setting : runs::settingsOf(config))
        if (setting.first != "preset" && std::ranges::find(before, setting) == before.end())
            changes.push_back(setting.first + '=' + setting.second);
    return changes;
}

/// Axes that matter to the row; of several with one key the last, which is the row's own.
std::vector<SweepAxis> gridOf(const ComparisonList& list, const ListedModel& model, const Config& config)
{
    std::vector<SweepAxis> grid;
    for (const std::vector<SweepAxis>* axes : {&list.grid, &model.grid})
        for (const SweepAxis& axis : *axes) {
            std::erase_if(grid, [&axis](const SweepAxis& other) { return other.key == axis.key; });
            if (settings::inactiveReason(config, axis.key).empty())
                grid.push_back(axis);
        }
    return grid;
}

bool isSame(const Config& a, const Config& b)
{
    return settings::toJson(a) == settings::toJson(b);
}

/// The row's own settings, and other points of its grid up to the budget.
std::vector<SweepPoint> pointsOf(const ComparisonRow& row, const Config& base, int points)
{
    Config own = base;
    set(own, row.assignments);
    const auto count = static_cast<std::size_t>(points);
    std::vector<SweepPoint> found{{}};
    for (const SweepPoint& point : gridPoints(row.grid, count)) {
        Config config = own;
        for (const auto& [key, value] : point)
            settings::setFromText(config, key + '=' + value);
        if (found.size() < count && !isSame(config, own))
            found.push_back(point);
    }
    if (found.size() < count)
        throw Error("row " + row.name + ": its grid has " + std::to_string(found.size()) + " points, but "
            + std::to_string(count) + " are to be tried of every row; give fewer (--tune) or a larger grid");
    return found;
}

/// A row's jobs before the seed, its search's if `rounds` are given.
SweepVariant variantOf(const ComparisonRow& row, int rounds)
{
    SweepVariant variant{row.name, row.assignments};
    if (rounds > 0)
        variant.assignments.push_back("federation.rounds=" + std::to_string(rounds));
    return variant;
}

std::string nameOf(const ListedModel& model, bool augmented)
{
    if (!model.augmentation || augmented == model.isBase)
        return model.title;
    return model.title + (augmented ? " w/ PrivAugNet" : " w/o PrivAugNet");
}

ComparisonRow rowOf(const ComparisonList& list, const ListedModel& model, const ComparisonRequest& request,
    const Config& base, bool augmented)
{
    Config config = settings::loadPreset(model.preset);
    set(config, model.assignments);
    for (const char* part : kParts)
        settings::setFromText(config, std::string(part) + (augmented ? "=true" : "=false"));
    set(config, request.assignments);
    config.run.device = base.run.device;
    config.run.threads = base.run.threads;
    ComparisonRow row{.name = nameOf(model, augmented),
        .title = model.title,
        .group = model.group,
        .augmented = augmented,
        .isBase = model.isBase && augmented == (model.augmentation && request.augmented),
        .showsAugmentation = model.augmentation,
        .assignments = assignmentsOver(base, config),
        .grid = gridOf(list, model, config)};
    const int own = config.federation.rounds;
    const auto share = static_cast<int>(std::lround(list.shareOfRounds * own));
    row.searchRounds = std::clamp(request.searchRounds > 0 ? request.searchRounds : share, 1, own);
    return row;
}

const ListedModel& listed(const ComparisonList& list, const std::string& title)
{
    if (const auto found = std::ranges::find(list.models, title, &ListedModel::title);
        found != list.models.end())
        return *found;
    std::string titles;
    for (const ListedModel& model : list.models)
        titles += (titles.empty() ? "" : "; ") + model.title;
    throw Error("--rows " + title + ": is no row of the comparison; they are " + titles);
}

/// Mean over the domains that the run predicts of what it keeps its best by (run.best_by), the larger the
/// better; none if the job is not finished.
std::optional<double> validationOf(const fs::path& run)
{
    if (stateOf(run) != JobState::Finished)
        return std::nullopt;
    std::array<std::string, 2> domains;
    const runs::SummaryRecord summary = runs::readSummary(run / "summary.json", domains);
    const runs::Settings settings = runs::readSettings(run / "config.json");
    const auto by = std::ranges::find(settings, "run.best_by", &runs::Settings::value_type::first);
    const bool ofLoss = by != settings.end() && by->second == "ctr-logloss";
    const bool ofAuc = by != settings.end() && by->second == "ctr-auc";
    double sum = 0;
    int judged = 0;
    for (const runs::MetricSet& domain : summary.validation) {
        if (domain.isEmpty())
            continue;
        sum += ofLoss ? -domain.at("ctr_logloss") : domain.at(ofAuc ? "ctr_auc" : "ndcg@10");
        ++judged;
    }
    return judged > 0 ? sum / judged : std::numeric_limits<double>::quiet_NaN();
}

/// Of the first of the largest; values that are not numbers never.
std::size_t bestOf(const std::vector<TriedPoint>& tried)
{
    std::size_t best = 0;
    for (std::size_t i = 1; i < tried.size(); ++i)
        if (tried[i].ndcg > tried[best].ndcg || (std::isnan(tried[best].ndcg) && !std::isnan(tried[i].ndcg)))
            best = i;
    return best;
}

/// False while a point is missing.
bool search(ComparisonRow& row, const SweepPlan& jobs, const fs::path& folder)
{
    row.tried.clear();
    for (const SweepJob& job : jobs.jobs) {
        if (job.variant != row.name)
            continue;
        const std::optional<double> ndcg = validationOf(searchFolder(folder) / job.name);
        if (!ndcg) {
            row.tried.clear();
            return false;
        }
        row.tried.push_back({job.point, *ndcg});
    }
    row.chosen = bestOf(row.tried);
    return true;
}

fs::path listFile(const std::string& name)
{
    return installedFolder("comparisons", "resources/comparisons") / (name + ".json");
}

} // namespace

bool isComparison(const std::string& name)
{
    std::error_code failed;
    return !name.empty() && fs::path(name).filename() == name && fs::exists(listFile(name), failed);
}

ComparisonList comparisonList(const std::string& name)
{
    const fs::path file = listFile(name);
    return comparisonListFrom(readFile(file), file.string());
}

ComparisonList comparisonListFrom(const std::string& document, const std::string& source)
{
    try {
        ComparisonList list = listIn(json::parse(document));
        check(list);
        return list;
    } catch (const json::exception& error) {
        throw Error(source + ": is no list of models to compare (" + error.what()
            + "); restore the file that came with the program");
    } catch (const Error& error) {
        throw Error(source + ": " + error.what());
    }
}

SweepPlan planComparison(const ComparisonList& list, const ComparisonRequest& request)
{
    const fs::path dataset = fs::absolute(request.dataset).lexically_normal();
    requireUtf8(dataset);
    SweepPlan plan;
    plan.dataset = dataset;
    plan.base.preset = "comparison";
    for (const std::string& assignment : request.assignments)
        if (isOfMachine(assignment))
            settings::setFromText(plan.base, assignment);
    for (const std::string& title : request.rows)
        listed(list, title);
    Comparison comparison{
        .points = request.points > 0 ? request.points : list.points, .seeds = request.seeds};
    for (const ListedModel& model : list.models) {
        if (!request.rows.empty() && std::ranges::find(request.rows, model.title) == request.rows.end())
            continue;
        comparison.rows.push_back(rowOf(list, model, request, plan.base, false));
        if (model.augmentation && request.augmented)
            comparison.rows.push_back(rowOf(list, model, request, plan.base, true));
    }
    if (comparison.points == 1)
        for (ComparisonRow& row : comparison.rows)
            row.searchRounds = 0;
    plan.comparison = std::move(comparison);
    // Whatever does not fit is told before anything is run.
    searchPlan(plan);
    for (const ComparisonRow& row : plan.comparison->rows)
        jobOf(plan, variantOf(row, 0), {}, static_cast<std::int64_t>(plan.base.run.seed));
    return plan;
}

bool isAugmented(const ComparisonRequest& request)
{
    Config config;
    set(config, request.assignments);
    std::error_code failed;
    return fs::exists(augment::augmentationFile(request.dataset, config.augment.name), failed);
}

SweepPlan beginComparison(
    const fs::path& folder, const ComparisonList& list, const ComparisonRequest& request)
{
    SweepPlan plan = planComparison(list, request);
    // Rows without a search, and those that were searched before, have their runs planned.
    takeSearch(plan, folder);
    plan.data = trainedOn(plan, jobsOfBothSteps(plan));
    recordComparison(folder, plan);
    return plan;
}

std::string scoreWords(double score)
{
    if (std::isnan(score))
        return "-";
    return score < 0 ? fixed(-score, 4) : fixed(100 * score, 2) + " %";
}

void recordComparison(const fs::path& folder, const SweepPlan& comparison)
{
    recordPlan(folder, comparison);
    if (const SweepPlan jobs = searchPlan(comparison); !jobs.jobs.empty())
        recordPlan(searchFolder(folder), jobs);
}

fs::path searchFolder(const fs::path& comparison)
{
    return comparison / "search";
}

SweepPlan searchPlan(const SweepPlan& comparison)
{
    SweepPlan plan{comparison.dataset, comparison.base, false, false, {}, {}, comparison.data, {}};
    const Comparison& models = comparison.comparison.value();
    for (const ComparisonRow& row : models.rows)
        if (row.searchRounds > 0)
            for (const SweepPoint& point : pointsOf(row, comparison.base, models.points)) {
                const SweepVariant variant = variantOf(row, row.searchRounds);
                Config config = comparison.base;
                set(config, variant.assignments);
                plan.jobs.push_back(jobOf(plan, variant, point, static_cast<std::int64_t>(config.run.seed)));
            }
    return plan;
}

std::vector<SweepJob> jobsOfBothSteps(const SweepPlan& plan)
{
    std::vector<SweepJob> jobs = plan.jobs;
    if (plan.comparison)
        for (SweepJob& job : searchPlan(plan).jobs)
            jobs.push_back(std::move(job));
    return jobs;
}

std::vector<std::string> takeSearch(SweepPlan& comparison, const fs::path& folder)
{
    const SweepPlan jobs = searchPlan(comparison);
    std::vector<std::string> waiting;
    comparison.jobs.clear();
    for (ComparisonRow& row : comparison.comparison->rows) {
        if (!search(row, jobs, folder)) {
            waiting.push_back(row.name);
            continue;
        }
        SweepVariant variant = variantOf(row, 0);
        if (!row.tried.empty())
            for (const auto& [key, value] : row.tried[row.chosen].point)
                variant.assignments.push_back(key + '=' + value);
        Config config = comparison.base;
        set(config, variant.assignments);
        for (int seed = 0; seed < comparison.comparison->seeds; ++seed)
            comparison.jobs.push_back(
                jobOf(comparison, variant, {}, static_cast<std::int64_t>(config.run.seed) + seed));
    }
    return waiting;
}

} // namespace fedcctr::sweeps
