// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/markets.h"

#include "core/base/error.h"
#include "core/base/numbers.h"
#include "core/data/markets.h"
#include "core/model/code_files.h"
#include "core/report/model_comparison.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace fedcctr::report {

using runs::MarketSummary;
using runs::RunEntry;

namespace {

/// The test metric of a market, or of the mean over all (`market` = their number), over a group's seeds.
Estimate marketMetric(const RunGroup& group, std::size_t market, const std::string& metric)
{
    std::vector<Estimate> values;
    for (const RunEntry* run : group.replicates()) {
        const auto& markets = run->summary->markets;
        if (market <= markets.size())
            values.push_back(
                estimateOf(market < markets.size() ? markets[market].test : run->summary->test[0], metric));
    }
    return meanOf(values);
}

/// A market's users among those of the whole dataset.
std::vector<runs::UserScore> usersOf(
    const runs::UserScores& all, const std::vector<MarketSummary>& markets, std::size_t market)
{
    std::int64_t first = 0;
    for (std::size_t before = 0; before < market; ++before)
        first += markets[before].users;
    std::vector<runs::UserScore> own;
    std::ranges::copy_if(all[0], std::back_inserter(own), [&](const runs::UserScore& score) {
        return score.user >= first && score.user < first + markets[market].users;
    });
    return own;
}

/// By row and market p against the base; 1 where it cannot be told.
std::vector<std::vector<double>> pValues(
    const std::vector<ModelRow>& rows, const RunGroup& base, std::size_t markets)
{
    std::vector<std::vector<double>> all(rows.size(), std::vector<double>(markets, 1.0));
    const auto own = base.runs.empty() ? std::nullopt : meanUserScores(base);
    std::vector<double*> family;
    std::vector<double> raw;
    for (std::size_t row = 0; own && row < rows.size(); ++row) {
        if (!rows[row].listed || rows[row].listed->isBase || rows[row].runs.runs.empty())
            continue;
        const auto other = meanUserScores(rows[row].runs);
        for (std::size_t market = 0; other && market < markets; ++market) {
            const auto& known = base.runs.front()->summary->markets;
            const runs::PairedScores paired = runs::pairedScores(
                usersOf(*own, known, market), usersOf(*other, known, market), &runs::UserScore::ndcg10);
            if (paired.first.empty())
                continue;
            family.push_back(&all[row][market]);
            raw.push_back(evaluation::comparePaired(paired.first, paired.second).pValue);
        }
    }
    const std::vector<double> corrected = evaluation::holm(raw);
    for (std::size_t i = 0; i < family.size(); ++i)
        *family[i] = corrected[i];
    return all;
}

std::string words(const Estimate& value, double unit, int decimals)
{
    if (!value.isKnown())
        return "-";
    const std::string mean = fixed(unit * value.mean, decimals);
    return value.hasInterval() ? mean + " ± " + fixed(unit * (value.high - value.low) / 2, decimals) : mean;
}

struct MetricWords {
    const char* title;
    double unit;
    int decimals;
};

MetricWords wordsOf(const std::string& metric)
{
    if (metric == "ctr_logloss")
        return {"CTR log-loss", 1, 4};
    if (metric == "ctr_auc")
        return {"CTR AUC (%)", 100, 2};
    return {"NDCG@10 (%)", 100, 2};
}

std::string figure(const runs::MetricSet& set, const std::string& metric)
{
    const double value = set.at(metric);
    const MetricWords form = wordsOf(metric);
    return std::isfinite(value) ? fixed(form.unit * value, form.decimals) : std::string("-");
}

} // namespace

Table marketTable(std::span<const runs::RunRecord> runs)
{
    Table table;
    table.title = "Markets (test)";
    table.note =
        "AUC and log-loss are of the CTR task. Item-KNN needs no training: its NDCG@10 in the same market.";
    table.columns = {"Run", "Market", "Users", "Items", "NDCG@10 (%)", "95 % interval", "AUC (%)", "Log-loss",
        "Item-KNN NDCG@10 (%)"};
    for (const runs::RunRecord& run : runs) {
        if (!run.summary)
            continue;
        for (const MarketSummary& market : run.summary->markets) {
            const auto interval = market.test.interval();
            const auto knn = market.references.find("item-knn");
            table.rows.push_back({run.name, market.name, std::to_string(market.users),
                std::to_string(market.items), figure(market.test, "ndcg@10"),
                interval ? fixed(100 * interval->first, 2) + " to " + fixed(100 * interval->second, 2)
                         : std::string("-"),
                figure(market.test, "ctr_auc"), figure(market.test, "ctr_logloss"),
                knn == market.references.end() ? std::string("-") : figure(knn->second, "ndcg@10")});
        }
    }
    return table;
}

Table marketModelTable(const SweepResults& sweep, const std::string& metric)
{
    Table table;
    if (sweep.entries.empty() || sweep.entries.front().summary->markets.empty())
        return table;
    const auto& markets = sweep.entries.front().summary->markets;
    const std::vector<ModelRow> rows = modelRows(sweep);
    const auto base =
        std::ranges::find_if(rows, [](const ModelRow& row) { return row.listed && row.listed->isBase; });
    const bool isTested = metric == "ndcg@10" && base != rows.end();
    const auto p = isTested ? pValues(rows, base->runs, markets.size()) : std::vector<std::vector<double>>();
    const MetricWords form = wordsOf(metric);
    table.title = std::string(form.title) + " by market on " + sweep.entries.front().summary->dataset
        + " (test, mean ± 95 % interval over seeds)";
    if (isTested)
        table.note = "* differs from " + base->name
            + " in that market (paired permutation test over its users, seeds joined, Holm over all rows and "
              "markets, p < 0.05).";
    table.columns = {"Group", "Model", "Seeds"};
    for (const MarketSummary& market : markets)
        table.columns.push_back(market.name);
    table.columns.emplace_back("mean");
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (!rows[row].listed)
            continue;
        std::vector<std::string> cells{
            rows[row].group, rows[row].name, std::to_string(rows[row].runs.replicates().size())};
        for (std::size_t market = 0; market <= markets.size(); ++market) {
            cells.push_back(words(marketMetric(rows[row].runs, market, metric), form.unit, form.decimals));
            if (isTested && market < markets.size() && p[row][market] < kSignificance)
                cells.back() += " *";
        }
        table.rows.push_back(std::move(cells));
    }
    return table;
}

Chart marketChart(const runs::RunRecord& run, const std::string& metric)
{
    Chart chart;
    const MetricWords form = wordsOf(metric);
    chart.title = std::string(form.title) + " by market, validation";
    chart.xLabel = "exchange";
    chart.yLabel = form.title;
    chart.emptyText = "No market has been judged yet.";
    chart.origin = programName();
    std::map<std::string, std::size_t> places;
    Series mean{.name = "mean", .label = "mean", .color = 7, .line = Line::Solid};
    for (const runs::RoundRecord& round : run.rounds) {
        if (const double value = round.evaluation[0].at(metric);
            !round.markets.empty() && std::isfinite(value))
            mean.add(round.round, form.unit * value);
        for (const runs::MarketRound& market : round.markets) {
            const double value = market.at(metric);
            if (!std::isfinite(value))
                continue;
            const auto [place, isNew] = places.emplace(market.name, chart.series.size());
            if (isNew)
                chart.series.push_back({.name = market.name,
                    .label = market.name,
                    .color = static_cast<int>(place->second % 7),
                    .line = place->second < 7 ? Line::Dashed : Line::Dotted});
            chart.series[place->second].add(round.round, form.unit * value);
        }
    }
    if (!mean.isEmpty())
        chart.series.insert(chart.series.begin(), std::move(mean));
    return chart;
}

Chart codebookChart(const runs::RunRecord& run)
{
    struct Shown {
        const char* figure;
        const char* name;
        Line line;
        int color;
    };
    static constexpr Shown kShown[]{{"items.reconstruction", "error, items", Line::Solid, 0},
        {"users.reconstruction", "error, users", Line::Dashed, 0},
        {"items.first.utilisation", "used, first layer, items", Line::Solid, 1},
        {"items.second.utilisation", "used, second layer, items", Line::Solid, 2},
        {"users.first.utilisation", "used, first layer, users", Line::Dashed, 1},
        {"users.second.utilisation", "used, second layer, users", Line::Dashed, 2}};
    Chart chart;
    chart.title = "Codebooks: error of reconstruction and share of codes in use";
    chart.note = "Means over the markets; errors of vectors of mean norm 1";
    chart.xLabel = "exchange";
    chart.emptyText = "This run makes no codes.";
    chart.origin = programName();
    for (const Shown& shown : kShown) {
        Series series{.name = shown.name, .label = shown.name, .color = shown.color, .line = shown.line};
        for (const runs::RoundRecord& round : run.rounds) {
            double sum = 0;
            std::size_t count = 0;
            for (const runs::MarketRound& market : round.markets)
                if (const double value = market.at(shown.figure); std::isfinite(value)) {
                    sum += value;
                    ++count;
                }
            if (count > 0)
                series.add(round.round, sum / static_cast<double>(count));
        }
        if (!series.isEmpty())
            chart.series.push_back(std::move(series));
    }
    return chart;
}

std::size_t CodeRow::all() const
{
    return std::accumulate(items.begin(), items.end(), std::size_t{0});
}

CodeMeaning codeMeaning(
    const data::Dataset& dataset, std::span<const model::Codes> codes, std::size_t examples)
{
    CodeMeaning meaning;
    const int size = codes.front().layers.front().size;
    for (int code = 0; code < size; ++code)
        meaning.rows.push_back({code, std::vector<std::size_t>(codes.size()), {}});
    const auto codeOf = [&](std::size_t market, data::ItemId item) {
        return static_cast<std::size_t>(
            codes[market].items[static_cast<std::size_t>(item) * codes[market].layers.size()]);
    };
    // Of an article the codes that it has, with their markets.
    std::map<std::string_view, std::vector<std::pair<std::size_t, std::size_t>>> articles;
    for (std::size_t number = 0; number < codes.size(); ++number) {
        const data::Market& market = dataset.markets[number];
        meaning.markets.push_back(market.name);
        for (data::ItemId item = 0; item < market.items; ++item) {
            CodeRow& row = meaning.rows[codeOf(number, item)];
            ++row.items[number];
            const data::ItemId whole = market.firstItem + item;
            articles[data::articleOf(dataset, market, whole)].emplace_back(number, codeOf(number, item));
            const data::Item& known = dataset.items[static_cast<std::size_t>(whole)];
            if (const std::size_t at = 2 * static_cast<std::size_t>(item);
                at + 1 < codes[number].places.size())
                meaning.points.push_back({codes[number].places[at], codes[number].places[at + 1], number,
                    static_cast<int>(codeOf(number, item)), known.title.empty() ? known.id : known.title});
            if (row.items[number] <= std::max<std::size_t>(1, examples / codes.size())
                && row.examples.size() < examples)
                row.examples.push_back(
                    (known.title.empty() ? known.id : known.title + " (" + market.name + ")"));
        }
    }
    for (const auto& [article, found] : articles)
        for (std::size_t x = 0; x < found.size(); ++x)
            for (std::size_t y = x + 1; y < found.size(); ++y) {
                ++meaning.pairs;
                meaning.same += found[x].second == found[y].second;
                for (const CodeRow& row : meaning.rows)
                    meaning.chance += static_cast<double>(row.items[found[x].first])
                        / static_cast<double>(dataset.markets[found[x].first].items)
                        * static_cast<double>(row.items[found[y].first])
                        / static_cast<double>(dataset.markets[found[y].first].items);
            }
    if (meaning.pairs > 0)
        meaning.chance /= static_cast<double>(meaning.pairs);
    std::erase_if(meaning.rows, [](const CodeRow& row) { return row.all() == 0; });
    std::ranges::stable_sort(meaning.rows, std::greater<>(), &CodeRow::all);
    return meaning;
}

std::string agreementWords(const CodeMeaning& meaning)
{
    if (meaning.pairs == 0)
        return "No article is sold by two markets, so that nothing can tell whether a code means the same in "
               "both.";
    return "Of " + std::to_string(meaning.pairs) + " pairs of items that two markets sell as one article, "
        + fixed(100 * static_cast<double>(meaning.same) / static_cast<double>(meaning.pairs), 1)
        + " % have one first code in both; codes drawn by their frequencies would give "
        + fixed(100 * meaning.chance, 1) + " %.";
}

Table codeTable(const CodeMeaning& meaning)
{
    Table table;
    table.title = "Items by first code";
    table.note = agreementWords(meaning);
    table.columns = {"Code", "Items"};
    table.columns.insert(table.columns.end(), meaning.markets.begin(), meaning.markets.end());
    table.columns.emplace_back("Examples");
    for (const CodeRow& row : meaning.rows) {
        std::vector<std::string> cells{std::to_string(row.code), std::to_string(row.all())};
        for (const std::size_t items : row.items)
            cells.push_back(std::to_string(items));
        std::string examples;
        for (const std::string& example : row.examples)
            examples += (examples.empty() ? "" : "; ") + example;
        cells.push_back(std::move(examples));
        table.rows.push_back(std::move(cells));
    }
    return table;
}

CodeMeaning codeMeaningOf(const std::filesystem::path& run, const data::Dataset& data)
{
    const data::Dataset dataset =
        data.hasMarkets() || data.hasOneDomain() ? data : data::domainsAsMarkets(data);
    std::vector<model::Codes> codes;
    for (std::size_t market = 0; market < dataset.markets.size(); ++market) {
        auto own = model::readCodes(data::marketSlice(dataset, market), run / "codes");
        if (!own)
            throw Error(run.string() + ": has no codes of market " + dataset.markets[market].name
                + "; only runs of FedMM (market.method) make some");
        codes.push_back(std::move(*own));
    }
    if (codes.empty())
        throw Error(run.string() + ": its dataset has no markets");
    return codeMeaning(dataset, codes);
}

} // namespace fedcctr::report
