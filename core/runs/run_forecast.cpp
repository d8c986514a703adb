// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_forecast.h"

#include "core/base/error.h"
#include "core/privacy/ledger.h"

#include <algorithm>
#include <cmath>

namespace fedcctr::runs {

namespace {

using federation::FederationOptions;
using federation::Sampling;
using privacy::Ledger;
using privacy::PrivacyOptions;

constexpr int kCurvePoints = 240;
constexpr int kSharedCurvePoints = 12; // each prices all rounds before it anew
constexpr int kMostRounds = 20000; // how far beyond the planned rounds the end of a budget is looked for

bool hasNoise(const settings::Config& config)
{
    return config.federation.mode == federation::Mode::Federated
        && config.privacy.schedule != privacy::Schedule::None;
}

bool paysForEveryRound(const PrivacyOptions& options)
{
    return options.adversary == privacy::Adversary::ReleasedModel
        || options.charge == privacy::Charge::EveryRound;
}

/// Whether the client is drawn, for each planned round.
std::vector<bool> drawnRounds(
    const settings::Config& config, std::size_t clients, Participation participation)
{
    const FederationOptions& federation = config.federation;
    const int rounds = federation.rounds;
    const bool cyclic = federation.sampling == Sampling::Cyclic;
    if (participation == Participation::All || (participation == Participation::WorstCase && !cyclic))
        return std::vector<bool>(static_cast<std::size_t>(rounds), true);
    std::vector<bool> drawn(static_cast<std::size_t>(rounds), false);
    // Under falling noise the group that has the last round pays most; banded noise costs most at the start.
    const bool banded = config.privacy.correlation == privacy::Correlation::Banded;
    for (const int t : federation::averageParticipation(federation, clients, banded))
        drawn[static_cast<std::size_t>(t)] = true;
    return drawn;
}

class Follower {
public:
    Follower(const settings::Config& config, std::size_t clients, Participation participation)
        : m_config(config)
        , m_ledger(config.privacy, federation::ledgerSampling(config.federation, clients), 1)
        , m_drawn(drawnRounds(config, clients, participation))
        , m_share(std::sqrt(1 - config.privacy.dropout))
        , m_points(privacy::isAccountShared(config.privacy) ? kSharedCurvePoints : kCurvePoints)
    {
        m_result.participation = participation;
    }

    BudgetForecast follow(const std::stop_token& stop)
    {
        const int planned = m_config.federation.rounds;
        for (int t = 0; t < planned && m_result.refused == 0; ++t) {
            if (stop.stop_requested())
                return m_result;
            advance(t);
            noteSpent(t);
        }
        m_result.uploads = m_charged;
        m_result.lasts = m_result.refused > 0 ? m_result.refused - 1 : planned;
        m_result.atEnd = m_ledger.worstCase();
        if (m_result.refused == 0)
            lookBeyond(stop);
        return m_result;
    }

private:
    /// Charges the client and notes the round in which that is refused.
    void advance(int round)
    {
        if (!m_drawn[static_cast<std::size_t>(round)])
            return;
        m_ledger.admit({0}, round, m_share);
        if (m_ledger.activeCount() == 0)
            m_result.refused = round + 1;
        else
            ++m_charged;
    }

    void noteSpent(int round)
    {
        const int planned = m_config.federation.rounds;
        const int step = std::max(1, planned / m_points);
        const bool last = round + 1 == planned || m_result.refused > 0;
        if (!last && (round + 1) % step != 0)
            return;
        m_result.spent.push_back({round + 1.0, m_ledger.governingEpsilon(m_ledger.clients().front())});
    }

    /// Printed and per-client rules go on beyond the plan; a shared account and banded noise are priced for
    /// it.
    void lookBeyond(const std::stop_token& stop)
    {
        m_result.atLeast = true;
        if (privacy::isAccountShared(m_config.privacy)
            || m_config.privacy.correlation == privacy::Correlation::Banded)
            return;
        for (int t = m_config.federation.rounds; t < kMostRounds && !stop.stop_requested(); ++t) {
            if (m_drawn[static_cast<std::size_t>(t) % m_drawn.size()])
                m_ledger.admit({0}, t, m_share);
            if (m_ledger.activeCount() == 0) {
                m_result.atLeast = false;
                return;
            }
            m_result.lasts = t + 1;
        }
    }

    const settings::Config& m_config;
    Ledger m_ledger;
    std::vector<bool> m_drawn; ///< round by round; beyond the plan it goes on like this
    double m_share; ///< of the noise that expected drop-outs leave
    int m_points;
    int m_charged = 0;
    BudgetForecast m_result;
};

void addBudgets(
    const settings::Config& config, std::size_t clients, RunForecast& result, const std::stop_token& stop)
{
    const std::vector<Participation> cases = paysForEveryRound(config.privacy)
        ? std::vector{Participation::All}
        : std::vector{Participation::Expected, Participation::WorstCase};
    for (const Participation participation : cases)
        result.budgets.push_back(Follower(config, clients, participation).follow(stop));
    const BudgetForecast& usual = result.budgets.front();
    result.uploadsPerClient = usual.participation == Participation::All && usual.refused > 0
        ? federation::expectedUploads(config.federation, clients, usual.refused - 1)
        : std::min(result.uploadsPerClient, static_cast<double>(usual.uploads));
}

void addSigma(const settings::Config& config, RunForecast& result)
{
    const int rounds = config.federation.rounds;
    const int step = std::max(1, rounds / kCurvePoints);
    for (int t = 0; t < rounds; t += step)
        result.sigma.push_back({t + 1.0, federation::gradientNoise(config.privacy, t)});
    if (static_cast<int>(result.sigma.back().round) != rounds)
        result.sigma.push_back(
            {static_cast<double>(rounds), federation::gradientNoise(config.privacy, rounds - 1)});
    if (config.privacy.schedule == privacy::Schedule::AdaLdp && config.privacy.decayRate < 1)
        result.halfLife = std::log(0.5) / std::log(config.privacy.decayRate);
}

void addForecast(
    const settings::Config& config, std::size_t clients, RunForecast& result, const std::stop_token& stop)
{
    federation::ForecastRequest request{config.federation, config.privacy};
    request.coordinates = static_cast<double>(result.parameters.value_or(0));
    request.seed = config.run.seed;
    request.stop = stop;
    const auto found = federation::forecast(request, clients);
    if (!found)
        return;
    result.rounds = found->rounds;
    if (result.parameters)
        result.signal = found->signal;
}

/// Single precision: the parameters, AdamW's two moments, the best ones so far, the averaged upload.
double memoryOf(const settings::Config& config, double parameters)
{
    const int moments = config.federation.optimizer == federation::ServerOptimizer::AdamW ? 2 : 0;
    const int best = config.run.keepBest ? 1 : 0;
    return 4 * parameters * (2 + moments + best);
}

void addModel(const settings::Config& config, const Population& population, RunForecast& result)
{
    try {
        result.parameters = parameterCount(config, population);
        if (result.parameters)
            result.memory = memoryOf(config, static_cast<double>(*result.parameters));
        else
            result.warnings.emplace_back(
                "model.file: the module does not tell its parameters, so that memory and signal-to-noise are "
                "known to the run only; give torch.jit.save the extra file fedcctr.json as "
                "resources/examples/own_gru.py does");
    } catch (const Error& error) {
        result.problems.emplace_back(error.what());
    }
}

} // namespace

RunForecast runForecast(
    const settings::Config& config, const Population& population, const std::stop_token& stop)
{
    RunForecast result;
    result.problems = settings::problems(config);
    const auto clients = static_cast<std::size_t>(std::max<std::int64_t>(population.clients, 0));
    result.clientsPerRound = federation::expectedClients(config.federation, clients, 0);
    result.uploadsPerClient =
        federation::expectedUploads(config.federation, clients, config.federation.rounds);
    result.rounds = config.federation.rounds;
    const bool isSilo = config.federation.client == federation::Client::Silo;
    if (!isSilo && population.markets > 0)
        result.problems.push_back("federation.client: user, but this dataset has "
            + std::to_string(population.markets)
            + " markets, which are silos; set it to silo (the preset fedmm does)");
    if (isSilo) {
        result.clientsPerRound = std::max(1.0, config.market.participation * std::max(2, population.markets));
        result.uploadsPerClient = config.market.participation * config.federation.rounds;
        return result;
    }
    if (!result.problems.empty())
        return result;
    addModel(config, population, result);
    if (!hasNoise(config))
        return result;
    if (const auto warning = privacy::deltaWarning(config.privacy.delta, static_cast<double>(clients)))
        result.warnings.push_back(*warning);
    addSigma(config, result);
    try {
        addBudgets(config, clients, result, stop);
        addForecast(config, clients, result, stop);
    } catch (const Error& error) {
        result.problems.emplace_back(error.what());
    }
    return result;
}

} // namespace fedcctr::runs
