// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/reports.h"

#include "core/models/specs/registry.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <thread>

namespace fedcctr::engine {

using nlohmann::json;

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// The terms of the round's loss with its weights. What nobody sent has no mean: 0 would be a measurement.
runs::RoundLoss lossOf(const training::RoundReport& report, const model::ModelInfo& model)
{
    runs::RoundLoss loss{report.uploads ? report.uploads->lossTotal : kNone, {}};
    const auto mean = [&report](
                          std::size_t i) { return report.uploads ? report.uploads->loss.at(i) : kNone; };
    loss.terms = {{std::string(runs::kTermA), mean(0)}, {std::string(runs::kTermB), mean(1)}};
    for (std::size_t i = 0; i < report.weights.size(); ++i)
        loss.terms.push_back(
            {model.terms.at(i).symbol, mean(i + 2), report.weights[i].key, report.weights[i].value});
    return loss;
}

runs::BudgetRecord budgetOf(const training::RoundReport& report, const privacy::PrivacyOptions& privacy)
{
    const privacy::AccountantInfo& accountant = privacy::accountant(privacy.accountant);
    runs::BudgetRecord budget{accountant.name, privacy.adversary,
        privacy::relationOf(accountant, privacy.relation), accountant.hasDelta ? privacy.delta : 0,
        privacy.epsilon, report.spentMin, report.spentMedian, report.spentMax,
        static_cast<int>(report.active), static_cast<int>(report.population), {}};
    // An epsilon as printed does not stand alone.
    if (report.rigorousMax)
        budget.rigorous = runs::RigorousRecord{
            privacy::kExactAccountant, privacy.relation, privacy.delta, *report.rigorousMax};
    return budget;
}

runs::EventKind kindOf(training::EventKind kind)
{
    switch (kind) {
    case training::EventKind::Checkpoint:
        return runs::EventKind::Checkpoint;
    case training::EventKind::Setting:
        return runs::EventKind::Setting;
    case training::EventKind::ClientsStopped:
        return runs::EventKind::ClientsStopped;
    case training::EventKind::BudgetSpent:
        return runs::EventKind::BudgetSpent;
    case training::EventKind::Warning:
        break;
    }
    return runs::EventKind::Warning;
}

} // namespace

runs::RoundRecord roundRecordOf(const training::RoundReport& report, const settings::Config& config)
{
    const privacy::PrivacyOptions& privacy = config.privacy;
    runs::RoundRecord round;
    round.round = report.round;
    round.seconds = report.seconds;
    round.clients = static_cast<double>(report.clients);
    round.clipNorm = report.clipNorm;
    round.loss = lossOf(report, model::modelInfo(config.model.architecture));
    if (report.uploads) {
        round.normMedian = report.uploads->normMedian.value_or(kNone);
        round.normMost = report.uploads->normMax.value_or(kNone);
        round.clipped = report.uploads->clipped.value_or(kNone);
    }
    if (privacy.schedule != privacy::Schedule::None) {
        round.sigma = report.sigma;
        round.signalToNoise = report.signalToNoise.value_or(kNone);
        round.budget = budgetOf(report, privacy);
    }
    if (report.validation) {
        round.evaluation = runs::metricSetsOf(*report.validation);
        round.evaluationUsers = static_cast<int>(report.validationUsers);
    }
    return round;
}

runs::EventMessage eventOf(const training::TrainingEvent& event)
{
    return {event.round, kindOf(event.kind), event.message, event.key, event.value};
}

runs::RunState stateOf(training::EndReason reason)
{
    switch (reason) {
    case training::EndReason::Stopped:
        return runs::RunState::Stopped;
    case training::EndReason::BudgetSpent:
        return runs::RunState::BudgetSpent;
    case training::EndReason::Finished:
        break;
    }
    return runs::RunState::Finished;
}

runs::ForecastRecord forecastOf(const std::optional<federation::Forecast>& forecast)
{
    if (!forecast)
        return {};
    return {true, forecast->firstStop, forecast->lastStop, forecast->signal.first, forecast->signal.last,
        forecast->signal.whole, forecast->rounds};
}

std::string hardwareOf(const std::string& device)
{
    std::string processor = "unknown processor";
    std::ifstream in("/proc/cpuinfo");
    for (std::string line; std::getline(in, line);)
        if (line.starts_with("model name") && line.find(": ") != std::string::npos) {
            processor = line.substr(line.find(": ") + 2);
            break;
        }
    return processor + ", " + std::to_string(std::thread::hardware_concurrency()) + " cores, " + device;
}

runs::UserScores userScores(const std::array<std::vector<training::UserOutcome>, 2>& users)
{
    runs::UserScores scores;
    for (std::size_t domain = 0; domain < scores.size(); ++domain)
        for (const auto& [user, each] : users[domain])
            scores[domain].push_back(
                {static_cast<std::int32_t>(user), each.rank, evaluation::ndcgOf(each, 10),
                    evaluation::mrrOf(each, 10), evaluation::hrOf(each, 10), each.auc, each.logLoss});
    return scores;
}

json ledgerLine(int round, const std::vector<privacy::ClientSpend>& clients)
{
    const privacy::AccountantInfo& printed = privacy::accountant("eq27");
    double paper = 0;
    double muSquared = 0;
    std::int32_t uploads = 0;
    std::size_t stopped = 0;
    for (const privacy::ClientSpend& client : clients) {
        paper = std::max(paper, privacy::sumsOf(client, printed).front());
        muSquared = std::max(muSquared, client.muSquared);
        uploads = std::max(uploads, client.uploads);
        stopped += client.stopped ? 1 : 0;
    }
    return {{"round", round}, {"clients", clients.size()}, {"stopped", stopped}, {"most_uploads", uploads},
        {"most_eq27", paper}, {"most_mu_squared", muSquared}};
}

} // namespace fedcctr::engine
