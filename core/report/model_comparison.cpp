// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/model_comparison.h"

#include "core/base/numbers.h"
#include "core/evaluation/references.h"
#include "core/report/ctr.h"
#include "core/sweeps/comparison.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace fedcctr::report {

using runs::RunEntry;
using sweeps::ComparisonRow;

namespace {

constexpr const char* kUntrained = "No training";

/// Of a row of the comparison: its finished runs.
RunGroup groupOf(const SweepResults& sweep, const std::string& variant)
{
    const auto row = std::ranges::find(sweep.rows, variant, &SweepRow::variant);
    return row == sweep.rows.end() ? RunGroup{} : row->group;
}

std::string datasetOf(const SweepResults& sweep)
{
    return sweep.entries.empty() ? std::string() : sweep.entries.front().summary->dataset;
}

std::vector<TestPair> pairsAgainstBase(const std::vector<ModelRow>& rows)
{
    const auto base =
        std::ranges::find_if(rows, [](const ModelRow& row) { return row.listed && row.listed->isBase; });
    std::vector<TestPair> pairs(rows.size());
    for (std::size_t i = 0; i < rows.size() && base != rows.end(); ++i)
        if (rows[i].listed && &rows[i] != &*base)
            pairs[i] = {base->runs, rows[i].runs};
    return pairs;
}

/// Of a column's values the largest is the best one; NaN counts for nothing.
void emphasize(Table& table, std::size_t column, const std::vector<double>& values)
{
    constexpr double kNone = -std::numeric_limits<double>::infinity();
    double best = kNone;
    double second = kNone;
    for (const double value : values) {
        if (value > best)
            second = std::exchange(best, value);
        else if (value < best && value > second)
            second = value;
    }
    for (std::size_t row = 0; row < values.size(); ++row) {
        table.emphasis[row].resize(table.columns.size());
        if (values[row] == best)
            table.emphasis[row][column] = Emphasis::Best;
        else if (values[row] == second)
            table.emphasis[row][column] = Emphasis::Second;
    }
}

std::string pWords(const RowTests& tests, std::size_t domain)
{
    return tests[domain] ? fixed(tests[domain]->corrected, 4) : std::string("-");
}

/// A value that all runs of a row share, in words; that of the first one else.
template <typename Value> std::string ofFirst(const RunGroup& group, Value value)
{
    const auto runs = group.replicates();
    return runs.empty() ? std::string("-") : value(*runs.front());
}

std::string bytesWords(const RunEntry& run)
{
    constexpr std::int64_t kBytes = 4; // a float
    if (run.setting("federation.mode") == "central")
        return "–";
    return run.summary->uploaded > 0 ? std::to_string(kBytes * run.summary->uploaded) : "-";
}

template <typename Value> std::string meanWords(const RunGroup& group, int decimals, Value value)
{
    std::vector<double> values;
    for (const RunEntry* run : group.replicates())
        values.push_back(value(*run));
    const double mean = evaluation::meanInterval(values).mean;
    return std::isfinite(mean) ? fixed(mean, decimals) : std::string("-");
}

std::string gridWords(const std::vector<sweeps::SweepAxis>& grid)
{
    std::string words;
    for (const sweeps::SweepAxis& axis : grid) {
        words += (words.empty() ? "" : "; ") + axis.key + " in {";
        for (std::size_t i = 0; i < axis.values.size(); ++i)
            words += (i > 0 ? ", " : "") + axis.values[i];
        words += '}';
    }
    return words;
}

std::string pointWords(const sweeps::SweepPoint& point)
{
    std::string words;
    for (const auto& [key, value] : point)
        words += (words.empty() ? "" : ", ") + key + ' ' + value;
    return words.empty() ? "own settings" : words;
}

/// A model of Figure 12, without PrivAugNet and with it.
struct AugmentedModel {
    std::string title;
    const ModelRow* without = nullptr;
    const ModelRow* with = nullptr;
};

std::vector<AugmentedModel> augmentedModels(const std::vector<ModelRow>& rows)
{
    std::vector<AugmentedModel> models;
    for (const ModelRow& row : rows) {
        if (!row.listed || !row.listed->showsAugmentation)
            continue;
        auto model = std::ranges::find(models, row.listed->title, &AugmentedModel::title);
        if (model == models.end())
            model = models.insert(model, {row.listed->title});
        (row.listed->augmented ? model->with : model->without) = &row;
    }
    return models;
}

bool hasAugmented(const std::vector<AugmentedModel>& models)
{
    return std::ranges::any_of(models, [](const AugmentedModel& model) { return model.with != nullptr; });
}

std::vector<const RunEntry*> entriesOf(const SweepResults& sweep)
{
    std::vector<const RunEntry*> entries;
    for (const RunEntry& entry : sweep.entries)
        entries.push_back(&entry);
    return entries;
}

BarChart emptyBars(const SweepResults& sweep, const std::string& what, const std::string& metric)
{
    BarChart chart;
    chart.title = what + ": test " + metric + " (%), " + datasetOf(sweep);
    chart.note = "Bars are means, whiskers 95 % intervals: over seeds for several runs, over users for one";
    chart.valueLabel = "%";
    chart.referenceLabel = "random";
    chart.origin = programName();
    return chart;
}

BarChart modelBars(const SweepResults& sweep, const std::vector<ModelRow>& rows, const std::string& metric,
    const std::string& title)
{
    BarChart chart = emptyBars(sweep, "Models", title);
    for (std::size_t domain = 0; domain < 2; ++domain)
        chart.subjects.push_back({sweep.domains[domain], static_cast<int>(domain)});
    const double random = metric == "ctr_auc" ? 0.5 : randomValue(entriesOf(sweep), metric);
    for (const ModelRow& row : rows)
        if (row.listed)
            chart.groups.push_back({row.name, {row.metric(0, metric), row.metric(1, metric)}, random});
    return chart;
}

BarChart augmentationBars(const SweepResults& sweep, const std::vector<AugmentedModel>& models,
    const std::string& metric, const std::string& title)
{
    BarChart chart = emptyBars(sweep, "PrivAugNet in several models", title);
    chart.subjects.push_back({"w/o PrivAugNet", 0});
    if (hasAugmented(models))
        chart.subjects.push_back({"w/ PrivAugNet", 1});
    else
        chart.note += ". The dataset has no augmentation: no model was run with one";
    const double random = randomValue(entriesOf(sweep), metric);
    for (std::size_t domain = 0; domain < 2; ++domain)
        for (const AugmentedModel& model : models) {
            BarGroup group{model.title + ' ' + sweep.domains[domain], {}, random};
            group.bars.push_back(model.without ? model.without->metric(domain, metric) : Estimate{});
            if (hasAugmented(models))
                group.bars.push_back(model.with ? model.with->metric(domain, metric) : Estimate{});
            chart.groups.push_back(std::move(group));
        }
    return chart;
}

} // namespace

Estimate ModelRow::metric(std::size_t domain, const std::string& which) const
{
    return listed ? groupMetric(runs, domain, which) : estimateOf(reference[domain], which);
}

std::vector<ModelRow> modelRows(const SweepResults& sweep)
{
    std::vector<ModelRow> rows;
    if (!sweep.plan.comparison)
        return rows;
    if (!sweep.entries.empty())
        for (const runs::ReferenceRecord& reference : sweep.entries.front().summary->references)
            rows.push_back(
                {evaluation::titleOfReference(reference.ranker), kUntrained, {}, nullptr, reference.metrics});
    for (const ComparisonRow& row : sweep.plan.comparison->rows)
        rows.push_back({row.name, row.group, groupOf(sweep, row.name), &row, {}});
    return rows;
}

Table modelTable(const SweepResults& sweep)
{
    const std::vector<ModelRow> rows = modelRows(sweep);
    const std::vector<RowTests> tests = testRows(pairsAgainstBase(rows));
    const auto base =
        std::ranges::find_if(rows, [](const ModelRow& row) { return row.listed && row.listed->isBase; });
    const std::string baseName = base == rows.end() ? std::string("the base") : base->name;
    Table table;
    table.title = "Models on " + datasetOf(sweep) + " (test, %, mean ± 95 % interval over seeds)";
    table.note = "Diff.: NDCG@10 against " + baseName
        + " in percent of it; p: paired permutation test over users against it, Holm over the table. Bold: "
          "best "
          "of the column, underlined: second.";
    table.columns = {"Group", "Model", "Seeds"};
    struct Metric {
        const char* name;
        const char* title;
    };
    constexpr std::array<Metric, 6> kMetrics{{{"ndcg@2", " NDCG@2"}, {"mrr@2", " MRR@2"},
        {"ndcg@5", " NDCG@5"}, {"mrr@5", " MRR@5"}, {"ndcg@10", " NDCG@10"}, {"mrr@10", " MRR@10"}}};
    for (const std::string& domain : sweep.domains) {
        for (const Metric& metric : kMetrics)
            table.columns.push_back(domain + metric.title);
        table.columns.push_back(domain + " Diff.");
        table.columns.push_back(domain + " p");
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const ModelRow& row = rows[i];
        const std::size_t seeds = row.runs.replicates().size();
        std::vector<std::string> cells{row.group, row.name, row.listed ? std::to_string(seeds) : "–"};
        for (std::size_t domain = 0; domain < 2; ++domain) {
            for (const Metric& metric : kMetrics)
                cells.push_back(percentWords(row.metric(domain, metric.name)));
            const bool isCompared = base != rows.end() && &row != &*base;
            cells.push_back(isCompared
                    ? differenceWords(row.metric(domain, "ndcg@10"), base->metric(domain, "ndcg@10"))
                    : "-");
            cells.push_back(pWords(tests[i], domain));
        }
        table.rows.push_back(std::move(cells));
        table.isReference.push_back(row.listed == nullptr);
    }
    table.emphasis.resize(rows.size());
    for (std::size_t domain = 0; domain < 2; ++domain)
        for (std::size_t i = 0; i < kMetrics.size(); ++i) {
            std::vector<double> values;
            for (const ModelRow& row : rows)
                values.push_back(row.metric(domain, kMetrics[i].name).mean);
            emphasize(table, 3 + domain * (kMetrics.size() + 2) + i, values);
        }
    return table;
}

Table costTable(const SweepResults& sweep)
{
    Table table;
    table.title = "Cost on " + datasetOf(sweep);
    table.columns = {"Model", "Trained", "Parameters", "Bytes a client uploads a round", "Rounds", "Seconds"};
    std::set<std::string> hardware;
    for (const ModelRow& row : modelRows(sweep)) {
        if (!row.listed)
            continue;
        for (const RunEntry* run : row.runs.replicates())
            hardware.insert(run->summary->hardware);
        table.rows.push_back({row.name,
            ofFirst(row.runs,
                [](const RunEntry& run) {
                    return run.setting("federation.client") == "silo"
                        ? "over markets: " + run.setting("market.method")
                        : run.setting("federation.mode");
                }),
            ofFirst(row.runs, [](const RunEntry& run) { return std::to_string(run.summary->parameters); }),
            ofFirst(row.runs, bytesWords),
            meanWords(row.runs, 0, [](const RunEntry& run) { return double(run.summary->rounds); }),
            meanWords(row.runs, 1, [](const RunEntry& run) { return run.summary->seconds; })});
    }
    hardware.erase("");
    table.note = "Rounds and seconds: means over seeds, without the search. A value that is uploaded takes 4 "
                 "bytes; central training uploads the histories themselves.";
    for (const std::string& words : hardware)
        table.note += " Measured on " + words + '.';
    return table;
}

Table searchTable(const SweepResults& sweep)
{
    Table table;
    const std::vector<ModelRow> rows = modelRows(sweep);
    table.title = "Search on " + datasetOf(sweep) + " (the same number of points for every row)";
    table.columns = {
        "Model", "Searched", "Points", "Rounds of each", "Chosen", "Validation of chosen", "of own settings"};
    table.note =
        "Each point was trained once; chosen is what is best at validation in the mean over both domains, by "
        "run.best_by: NDCG@10 or the AUC of labels (%), or their log-loss. The first point of every row are "
        "its own settings.";
    for (const ModelRow& row : rows) {
        if (!row.listed || row.listed->searchRounds == 0)
            continue;
        const ComparisonRow& listed = *row.listed;
        const bool isDone = !listed.tried.empty();
        table.rows.push_back({row.name, gridWords(listed.grid), std::to_string(sweep.plan.comparison->points),
            std::to_string(listed.searchRounds), isDone ? pointWords(listed.tried[listed.chosen].point) : "-",
            isDone ? sweeps::scoreWords(listed.tried[listed.chosen].ndcg) : "-",
            isDone ? sweeps::scoreWords(listed.tried.front().ndcg) : "-"});
    }
    return table;
}

Table augmentationTable(const SweepResults& sweep)
{
    const std::vector<ModelRow> rows = modelRows(sweep);
    std::vector<AugmentedModel> models = augmentedModels(rows);
    std::erase_if(models, [](const AugmentedModel& model) { return !model.with || !model.without; });
    std::vector<TestPair> pairs;
    for (const AugmentedModel& model : models)
        pairs.push_back({model.without->runs, model.with->runs});
    const std::vector<RowTests> tests = testRows(pairs);
    Table table;
    table.title = "PrivAugNet in several models on " + datasetOf(sweep) + " (test, %)";
    table.columns = {
        "Model", "Domain", "NDCG@10 w/o", "NDCG@10 w/", "Diff.", "p", "MRR@10 w/o", "MRR@10 w/", "Diff. "};
    table.note = "Diff.: with PrivAugNet against without, in percent of it; p: paired permutation test over "
                 "users, Holm over the table.";
    for (std::size_t i = 0; i < models.size(); ++i)
        for (std::size_t domain = 0; domain < 2; ++domain) {
            std::vector<std::string> cells{models[i].title, sweep.domains[domain]};
            for (const char* metric : {"ndcg@10", "mrr@10"}) {
                const Estimate without = models[i].without->metric(domain, metric);
                const Estimate with = models[i].with->metric(domain, metric);
                cells.insert(
                    cells.end(), {percentWords(without), percentWords(with), differenceWords(with, without)});
                if (metric == std::string("ndcg@10"))
                    cells.push_back(pWords(tests[i], domain));
            }
            table.rows.push_back(std::move(cells));
        }
    return table;
}

std::vector<Table> comparisonTables(const SweepResults& sweep)
{
    std::vector<Table> tables{ctrModelTable(sweep), modelTable(sweep), costTable(sweep), searchTable(sweep),
        augmentationTable(sweep)};
    std::erase_if(tables, [](const Table& table) { return table.rows.empty(); });
    return tables;
}

std::vector<Picture> comparisonPictures(const SweepResults& sweep, const std::string& prefix)
{
    const std::vector<ModelRow> rows = modelRows(sweep);
    if (rows.empty())
        return {};
    std::vector<Picture> pictures{{prefix + "models", {}, modelBars(sweep, rows, "ndcg@10", "NDCG@10")}};
    if (!sweep.entries.empty() && predictsLabels(sweep.entries.front()))
        pictures.insert(
            pictures.begin(), {prefix + "models-auc", {}, modelBars(sweep, rows, "ctr_auc", "AUC")});
    const std::vector<AugmentedModel> models = augmentedModels(rows);
    if (!models.empty()) {
        pictures.push_back(
            {prefix + "privaugnet-ndcg", {}, augmentationBars(sweep, models, "ndcg@10", "NDCG@10")});
        pictures.push_back(
            {prefix + "privaugnet-mrr", {}, augmentationBars(sweep, models, "mrr@10", "MRR@10")});
    }
    return pictures;
}

} // namespace fedcctr::report
