// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/budgetforecast.h"

#include "core/experiment/config.h"
#include "core/experiment/run_notes.h"
#include "core/privacy/ledger.h"

#include <QJsonDocument>

#include <algorithm>
#include <cmath>
#include <exception>
#include <iterator>
#include <nlohmann/json.hpp>
#include <numeric>
#include <random>

namespace fedcctr::studio {

namespace {

constexpr int kPoints = 200;
constexpr double kMostClientRounds = 2e8;

experiment::Config configFrom(const QJsonObject& json)
{
    nlohmann::json document = nlohmann::json::parse(QJsonDocument(json).toJson().toStdString());
    // A run's own config.json may be given as it is.
    for (const std::string_view own : experiment::kRunNotes)
        document.erase(std::string(own));
    experiment::Config config;
    experiment::readJson(config, document, "the run");
    return config;
}

privacy::LedgerSampling samplingOf(const federated::FederationOptions& federation)
{
    const auto scheme = federation.sampling == federated::Sampling::Poisson ? privacy::ClientSampling::Poisson
        : federation.sampling == federated::Sampling::Fixed                 ? privacy::ClientSampling::Fixed
                                                                            : privacy::ClientSampling::None;
    return {scheme, federation.rate, federation.rounds};
}

/// The clients of a round, as the settings say, but by other draws than the run's.
std::vector<std::int32_t> draw(
    const federated::FederationOptions& federation, int clients, int round, std::mt19937& random)
{
    std::vector<std::int32_t> drawn;
    if (federation.sampling == federated::Sampling::Cyclic) {
        const int period = federation.cyclePeriod();
        for (int client = round % period; client < clients; client += period)
            drawn.push_back(client);
        return drawn;
    }
    if (federation.sampling == federated::Sampling::Fixed) {
        std::vector<std::int32_t> all(static_cast<std::size_t>(clients));
        std::iota(all.begin(), all.end(), 0);
        std::ranges::sample(all, std::back_inserter(drawn),
            std::max<std::ptrdiff_t>(1, std::lround(federation.rate * clients)), random);
        return drawn;
    }
    std::bernoulli_distribution coin(std::clamp(federation.rate, 0.0, 1.0));
    for (std::int32_t client = 0; client < clients; ++client)
        if (coin(random))
            drawn.push_back(client);
    return drawn;
}

double mostSpent(const privacy::Ledger& ledger)
{
    // Conversion to epsilon is monotone in the spend: the client that spent most tells all.
    const auto& clients = ledger.clients();
    return ledger.governingEpsilon(*std::ranges::max_element(clients, {},
        [](const privacy::ClientSpend& client) { return std::pair(client.muSquared, client.paperEq27); }));
}

} // namespace

std::vector<QPointF> forecastBudget(const QJsonObject& json, int clients)
{
    try {
        const experiment::Config config = configFrom(json);
        const federated::FederationOptions& federation = config.federation;
        if (config.privacy.schedule == privacy::Schedule::None || federation.mode == federated::Mode::Central
            || static_cast<double>(clients) * federation.rounds > kMostClientRounds)
            return {};
        privacy::Ledger ledger(config.privacy, samplingOf(federation), static_cast<std::size_t>(clients));
        std::mt19937 random(1);
        const int step = std::max(1, federation.rounds / kPoints);
        std::vector<QPointF> points;
        for (int round = 0; round < federation.rounds && ledger.activeCount() > 0; ++round) {
            ledger.admit(ledger.active(draw(federation, clients, round, random)), round);
            if ((round + 1) % step == 0 || round + 1 == federation.rounds)
                points.emplace_back(round + 1, mostSpent(ledger));
        }
        return points;
    } catch (const std::exception&) {
        // Settings of another version: there is no forecast, and the run itself tells what it spends.
        return {};
    }
}

} // namespace fedcctr::studio
