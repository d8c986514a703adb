// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/silo_command.h"

#include "app/engine/reports.h"
#include "app/engine/silo_session.h"
#include "app/engine/stop_signal.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/data/markets.h"
#include "core/runs/reference_results.h"
#include "core/runs/run_lock.h"
#include "core/runs/test_users.h"

#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>
#include <ranges>

namespace fedcctr::engine {

namespace fs = std::filesystem;
using nlohmann::json;
using settings::Config;

namespace {

silos::SiloTrainingOptions siloOptions(const TrainingData& data, const Config& config)
{
    if (config.federation.client == federation::Client::User)
        throw Error("federation.client: user, but this dataset has "
            + std::to_string(data.dataset.markets.size())
            + " markets, which are silos; set it to silo (the preset fedmm does)");
    return {trainingOptions(config, data.augmentation), config.market, config.fedmm};
}

/// The data as markets: as they are, or each domain as one.
TrainingData asMarkets(const TrainingData& data)
{
    if (data.dataset.hasMarkets())
        return data;
    return {data::domainsAsMarkets(data.dataset), {}, data.record};
}

/// By ranker, of each market.
std::map<std::string, std::vector<runs::MetricSet>> referencesOf(
    const data::Dataset& dataset, data::Split split)
{
    std::map<std::string, std::vector<runs::MetricSet>> all;
    for (std::size_t market = 0; market < dataset.markets.size(); ++market)
        for (const runs::ReferenceRecord& record :
            runs::referenceResults(data::marketSlice(dataset, market), split))
            all[record.ranker].push_back(record.metrics[0]);
    return all;
}

runs::HelloMessage helloOf(
    const TrainingData& data, const Config& config, const silos::SiloTraining& training, const fs::path& run)
{
    runs::HelloMessage hello;
    hello.version = FEDCCTR_VERSION;
    hello.run = run.string();
    hello.dataset = data.dataset.provenance.name;
    hello.domains = data.dataset.domainNames;
    hello.users = static_cast<int>(data.dataset.userCount());
    hello.items = {static_cast<int>(data.dataset.itemCount()), 0};
    hello.data = data.record;
    hello.settings.config = config;
    hello.rounds = training.plannedRounds();
    hello.firstRound = training.roundsDone() + 1;
    hello.device = training.deviceName();
    hello.threads = training.threads();
    hello.blas = model::loadedBlas();
    return hello;
}

runs::MarketSummary marketSummaryOf(const silos::MarketResult& result, const data::Market& market)
{
    runs::MarketSummary summary;
    summary.name = market.name;
    summary.users = static_cast<std::int64_t>(market.users);
    summary.items = market.items;
    summary.bestRound = result.bestRound;
    summary.test = runs::metricSetOf(result.test);
    summary.validation = runs::metricSetOf(result.validation);
    std::ranges::transform(result.privacy, std::back_inserter(summary.privacy), runs::spendRecordOf);
    return summary;
}

runs::MetricSet meanOver(
    const std::vector<runs::MarketSummary>& markets, runs::MetricSet runs::MarketSummary::*split)
{
    std::vector<runs::MetricSet> parts;
    for (const runs::MarketSummary& market : markets)
        parts.push_back(market.*split);
    return runs::meanOf(parts);
}

/// Of each accountant the market that spent most.
std::vector<runs::SpendRecord> mostSpent(const std::vector<runs::MarketSummary>& markets)
{
    std::vector<runs::SpendRecord> most;
    for (const runs::MarketSummary& market : markets)
        for (const runs::SpendRecord& spend : market.privacy) {
            const auto same = std::ranges::find(most, spend.accountant, &runs::SpendRecord::accountant);
            if (same == most.end())
                most.push_back(spend);
            else if (spend.epsilon > same->epsilon)
                *same = spend;
        }
    for (runs::SpendRecord& spend : most)
        spend.note +=
            "; of a person in the market that spent most, against whoever sees what the market sends";
    return most;
}

runs::SummaryRecord summaryOf(const silos::SiloResult& result, const TrainingData& data, const Config& config,
    const silos::SiloTraining& training)
{
    runs::SummaryRecord summary;
    summary.dataset = data.dataset.provenance.name;
    summary.domains = data.dataset.domainNames;
    summary.preset = config.preset;
    summary.seed = config.run.seed;
    summary.reason = stateOf(result.reason);
    summary.clients = static_cast<int>(data.dataset.markets.size());
    summary.rounds = result.rounds;
    summary.seconds = result.seconds;
    summary.parameters = result.parameters;
    summary.uploaded = std::max(result.uploaded, result.uploadedCodebooks);
    auto references = referencesOf(data.dataset, data::Split::Test);
    for (std::size_t i = 0; i < result.markets.size(); ++i) {
        summary.markets.push_back(marketSummaryOf(result.markets[i], data.dataset.markets[i]));
        for (const auto& [ranker, metrics] : references)
            summary.markets.back().references.emplace(ranker, metrics[i]);
        summary.bestRound = std::max(summary.bestRound, result.markets[i].bestRound);
    }
    for (const auto& [ranker, metrics] : references)
        summary.references.push_back({ranker, {runs::meanOf(metrics), {}}});
    summary.test[0] = meanOver(summary.markets, &runs::MarketSummary::test);
    summary.validation[0] = meanOver(summary.markets, &runs::MarketSummary::validation);
    summary.privacy = mostSpent(summary.markets);
    summary.device = training.deviceName();
    summary.hardware = hardwareOf(training.deviceName());
    summary.tellsChanges = true;
    return summary;
}

/// "0.7629"; "-" of what was not measured.
std::string figure(double value, double unit, int decimals)
{
    return std::isfinite(value) ? fixed(unit * value, decimals) : std::string("-");
}

void printRow(const std::string& name, const runs::MarketSummary& market)
{
    const runs::MetricSet& test = market.test;
    const auto knn = market.references.find("item-knn");
    std::printf("  %-18s %7lld  %6s   %6s   %6s   %6s   %8s\n", name.c_str(),
        static_cast<long long>(market.users), figure(test.at("ndcg@10"), 100, 2).c_str(),
        figure(test.at("ctr_auc"), 1, 4).c_str(), figure(test.at("ctr_gauc"), 1, 4).c_str(),
        figure(test.at("ctr_logloss"), 1, 4).c_str(),
        knn != market.references.end() ? figure(knn->second.at("ndcg@10"), 100, 2).c_str() : "-");
}

void printSummary(const runs::SummaryRecord& summary)
{
    std::printf("\nTest, %d exchanges      users NDCG@10    AUC    AUC in     log-   item-KNN\n"
                "                                %%           users      loss   NDCG@10\n",
        summary.rounds);
    for (const runs::MarketSummary& market : summary.markets)
        printRow(market.name, market);
    runs::MarketSummary mean;
    for (const runs::MarketSummary& market : summary.markets)
        mean.users += market.users;
    mean.test = summary.test[0];
    for (const runs::ReferenceRecord& reference : summary.references)
        mean.references.emplace(reference.ranker, reference.metrics[0]);
    printRow("mean", mean);
    if (summary.privacy.empty())
        std::printf("privacy: none (no noise was added); raw events stay in their markets where nothing is "
                    "central\n");
    for (const runs::SpendRecord& spend : summary.privacy)
        std::printf("privacy: epsilon %.4g, delta %g, %s (%s), %s\n    %s\n", spend.epsilon, spend.delta,
            spend.accountant.c_str(), spend.standing.text().c_str(), spend.relation.text().c_str(),
            spend.note.c_str());
}

int run(runs::RunDirectory directory, const TrainingData& data, const Config& config,
    silos::SiloTraining& training, bool resumed, const Arguments& arguments)
{
    const Output output = arguments.has("--json-lines") ? Output::JsonLines : Output::Progress;
    const bool shows = output == Output::Progress && !arguments.has("--json");
    const fs::path path = directory.path();
    Session session(std::move(directory), config, output, {});
    if (resumed) {
        if (const fs::path checkpoint = siloCheckpoint(session.run()); !checkpoint.empty())
            training.resume(checkpoint);
        session.run().cutBackTo(training.roundsDone());
        fs::remove(path / "summary.json");
    }
    session.run().log(
        resumed ? "resumed after exchange " + std::to_string(training.roundsDone()) : "started");
    session.record(toJson(helloOf(data, config, training, path)));
    const auto references = referencesOf(data.dataset, data::Split::Validation);
    for (const auto& [ranker, metrics] : std::views::reverse(references))
        session.record(toJson(runs::ReferenceMessage{ranker, "validation", {runs::meanOf(metrics), {}}}));
    session.state(runs::RunState::Running);
    SiloSession observer(session, training, shows);
    training::TrainingControl control;
    silos::SiloResult result;
    {
        const CommandReader commands(session, control, output == Output::JsonLines);
        result = training.train(path / "codes", observer, control);
    }
    session.finishProgress();
    const runs::SummaryRecord summary = summaryOf(result, data, config, training);
    std::array<std::vector<training::UserOutcome>, 2> users;
    for (const silos::MarketResult& market : result.markets)
        std::ranges::copy(market.testUsers, std::back_inserter(users[0]));
    runs::writeTestUsers(path, userScores(users));
    const json document = toJson(summary);
    session.run().writeSummary(document);
    session.run().log("ended: " + summary.reason.text());
    releaseStopSignals();
    session.send(toJson(runs::SummaryMessage{summary.reason, summary}));
    session.drain();
    if (arguments.has("--json"))
        std::cout << document.dump(2) << '\n';
    else if (output == Output::Progress)
        printSummary(summary);
    return 0;
}

} // namespace

int trainSilos(
    const TrainingData& data, const Config& config, const fs::path& dataset, const Arguments& arguments)
{
    const TrainingData markets = asMarkets(data);
    silos::SiloTraining training(markets.dataset, siloOptions(markets, config));
    const fs::path out = arguments.required("--out");
    makeWritableDirectory(out);
    const runs::RunLock lock(out);
    return run(runs::RunDirectory::create(out, config, dataset, data.record), markets, config, training,
        false, arguments);
}

int resumeSilos(
    runs::RunDirectory directory, const TrainingData& data, const Config& config, const Arguments& arguments)
{
    const TrainingData markets = asMarkets(data);
    silos::SiloTraining training(markets.dataset, siloOptions(markets, config));
    return run(std::move(directory), markets, config, training, true, arguments);
}

} // namespace fedcctr::engine
