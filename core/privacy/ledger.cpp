// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/ledger.h"

#include "core/base/error.h"
#include "core/privacy/accountant.h"
#include "core/privacy/calibration.h"
#include "core/privacy/mechanisms.h"
#include "core/privacy/schedule.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace fedcctr::privacy {

namespace {

/// A shared account is priced in so many steps of the planned rounds, each rounded up.
constexpr int kPriceSteps = 64;

std::span<double> sumsAt(ClientSpend& entry, const AccountantInfo& accountant, std::size_t place)
{
    return accountant.ownSums == 0 ? std::span(&entry.muSquared, 1)
                                   : std::span(entry.own).subspan(place, accountant.ownSums);
}

std::span<const double> sumsAt(const ClientSpend& entry, const AccountantInfo& accountant, std::size_t place)
{
    return accountant.ownSums == 0 ? std::span(&entry.muSquared, 1)
                                   : std::span(entry.own).subspan(place, accountant.ownSums);
}

std::size_t placeOf(const AccountantInfo& accountant)
{
    std::size_t place = 0;
    for (const AccountantInfo* other : accountants()) {
        if (other == &accountant)
            break;
        place += other->ownSums;
    }
    return place;
}

ClientSpend emptyEntry()
{
    ClientSpend entry;
    entry.own.assign(ownSumsInAll(), 0.0);
    return entry;
}

} // namespace

std::span<const double> sumsOf(const ClientSpend& client, const AccountantInfo& accountant)
{
    return sumsAt(client, accountant, placeOf(accountant));
}

bool isAccountShared(const PrivacyOptions& options)
{
    return options.schedule != Schedule::None && options.adversary == Adversary::ReleasedModel
        && accountant(options.accountant).creditsSampling;
}

std::span<const double> Ledger::Rule::sums(const ClientSpend& client) const
{
    return sumsAt(client, *accountant, place);
}

Ledger::Ledger(const PrivacyOptions& options, const LedgerSampling& sampling, std::size_t clients)
    : m_options(options)
    , m_sampling(sampling)
    , m_clients(clients, emptyEntry())
{
    if (options.schedule == Schedule::None)
        return;
    const TrainingPlan plan = planOf(1);
    if (const auto reason = accountant(options.accountant).incompatibility(plan))
        throw Error("privacy.accountant: " + *reason);
    openRules(plan);
    if (m_governing)
        m_budget.emplace(m_governing->sumAccount(), options.epsilon, options.delta);
    else
        shareAccount(plan);
}

/// Those whose account is a sum, with what other releases cost every client.
void Ledger::openRules(const TrainingPlan& plan)
{
    ClientSpend opening = emptyEntry();
    for (const AccountantInfo* info : accountants()) {
        const bool shared = plan.adversary == Adversary::ReleasedModel && info->creditsSampling;
        if (shared || info->incompatibility(plan))
            continue;
        std::optional<double> order;
        if (info->usesZeta)
            order = m_options.order;
        m_rules.push_back({info, info->open(plan, order), placeOf(*info)});
        std::ranges::copy(
            m_rules.back().sumAccount().values(), sumsAt(opening, *info, placeOf(*info)).begin());
    }
    std::ranges::fill(m_clients, opening);
    const auto found = std::ranges::find(m_rules, m_options.accountant,
        [](const Rule& rule) -> const std::string& { return rule.accountant->name; });
    m_governing = found == m_rules.end() ? nullptr : &*found;
}

/// How many rounds the account of all pays for.
void Ledger::shareAccount(const TrainingPlan& plan)
{
    CalibrationProblem problem;
    problem.plan = plan;
    problem.shape = {
        m_options.noiseMultiplier, m_options.schedule == Schedule::AdaLdp ? m_options.decayRate : 1, 1, 1};
    problem.accountant = m_options.accountant;
    problem.epsilon = m_options.epsilon;
    problem.delta = m_options.delta;
    m_allowedRounds = static_cast<int>(solveRounds(problem, m_sampling.rounds));
}

TrainingPlan Ledger::planOf(int rounds) const
{
    TrainingPlan plan;
    plan.adversary = m_options.adversary;
    plan.relation = m_options.relation;
    plan.sampling = m_sampling.scheme;
    plan.rate = m_sampling.rate;
    plan.clients = static_cast<double>(m_clients.size());
    if (m_options.histogramNoise > 0) {
        plan.otherMuSquared = histogramMuSquared(m_options.relation, m_options.histogramNoise);
    }
    if (rounds > 0)
        applySchedule(plan,
            {m_options.noiseMultiplier, m_options.schedule == Schedule::AdaLdp ? m_options.decayRate : 1,
                static_cast<double>(rounds), static_cast<double>(rounds)});
    return plan;
}

ClientSpend Ledger::costOf(int round, double noiseShare) const
{
    const double sigma = noiseMultiplierAt(m_options, round) * noiseShare;
    ClientSpend cost = emptyEntry();
    for (const Rule& rule : m_rules)
        if (rule.accountant->ownSums > 0)
            rule.sumAccount().charge(sumsAt(cost, *rule.accountant, rule.place), {sigma, 1});
    const double ratio = planOf(0).sensitivity() / sigma;
    cost.muSquared = ratio * ratio;
    if (m_options.correlation == Correlation::Banded)
        cost.muSquared *= columnNormSquared(m_options.band, round, m_sampling.rounds);
    return cost;
}

bool Ledger::exceeds(const ClientSpend& client, const ClientSpend& cost) const
{
    return m_budget->isExceededBy(m_governing->sums(client), m_governing->sums(cost));
}

bool Ledger::charge(ClientSpend& client, const ClientSpend& cost) const
{
    if (m_governing && exceeds(client, cost)) {
        client.stopped = true;
        return false;
    }
    for (std::size_t i = 0; i < cost.own.size(); ++i)
        client.own[i] += cost.own[i];
    client.muSquared += cost.muSquared;
    return true;
}

std::vector<std::int32_t> Ledger::active(const std::vector<std::int32_t>& sampled) const
{
    std::vector<std::int32_t> result;
    std::ranges::copy_if(sampled, std::back_inserter(result),
        [this](std::int32_t id) { return !m_clients[static_cast<std::size_t>(id)].stopped; });
    return result;
}

void Ledger::chargeEverybody(int round, const ClientSpend& cost)
{
    if (!m_governing && round + 1 > m_allowedRounds) {
        for (ClientSpend& client : m_clients)
            client.stopped = true;
        return;
    }
    for (ClientSpend& client : m_clients)
        if (!client.stopped)
            charge(client, cost);
}

std::vector<std::int32_t> Ledger::admit(
    const std::vector<std::int32_t>& present, int round, double noiseShare)
{
    if (m_options.schedule == Schedule::None)
        return present;
    const ClientSpend cost = costOf(round, noiseShare);
    const bool everybody =
        m_options.adversary == Adversary::ReleasedModel || m_options.charge == Charge::EveryRound;
    if (everybody)
        chargeEverybody(round, cost);
    if (activeCount() > 0)
        m_rounds = round + 1;
    std::vector<std::int32_t> admitted;
    for (const std::int32_t id : active(present)) {
        ClientSpend& client = m_clients[static_cast<std::size_t>(id)];
        const bool tooSoon = m_options.correlation == Correlation::Banded && client.lastUpload >= 0
            && round - client.lastUpload < m_options.band;
        if (tooSoon)
            throw Error("round " + std::to_string(round + 1) + ": client " + std::to_string(id)
                    + " was drawn again within privacy.band = " + std::to_string(m_options.band)
                    + " rounds, which the banded noise does not allow; use federation.sampling = cyclic with "
                      "a "
                      "rate of at most 1/band",
                Error::Kind::Failure);
        if (!everybody && !charge(client, cost))
            continue;
        ++client.uploads;
        client.lastUpload = round;
        admitted.push_back(id);
    }
    return admitted;
}

std::size_t Ledger::activeCount() const
{
    return static_cast<std::size_t>(std::ranges::count(m_clients, false, &ClientSpend::stopped));
}

double Ledger::sharedEpsilon() const
{
    const int step = std::max(1, m_sampling.rounds / kPriceSteps);
    const int rounds = std::min(m_allowedRounds, (m_rounds + step - 1) / step * step);
    if (m_pricedRounds != rounds) {
        m_pricedEpsilon = spend(planOf(rounds), accountant(m_options.accountant), m_options.delta).epsilon;
        m_pricedRounds = rounds;
    }
    return m_pricedEpsilon;
}

/// What orders clients under the rule that governs: their epsilon rises with it. It is the sum itself where
/// one sum tells all.
double Ledger::governingMeasure(const ClientSpend& client) const
{
    const std::span<const double> sums = m_governing->sums(client);
    return sums.size() == 1 ? sums.front()
                            : m_governing->sumAccount().epsilonOf(sums, m_options.delta).epsilon;
}

double Ledger::epsilonOfMeasure(double measure) const
{
    const SumAccount& account = m_governing->sumAccount();
    return account.values().size() == 1 ? account.epsilonOf(std::span(&measure, 1), m_options.delta).epsilon
                                        : measure;
}

double Ledger::governingEpsilon(const ClientSpend& client) const
{
    if (m_options.schedule == Schedule::None)
        return 0;
    return m_governing ? epsilonOfMeasure(governingMeasure(client)) : sharedEpsilon();
}

SpendRange Ledger::spent() const
{
    if (m_options.schedule == Schedule::None)
        return {};
    if (!m_governing)
        return {sharedEpsilon(), sharedEpsilon(), sharedEpsilon()};
    std::vector<double> measures;
    measures.reserve(m_clients.size());
    for (const ClientSpend& client : m_clients)
        measures.push_back(governingMeasure(client));
    const auto middle = measures.begin() + static_cast<std::ptrdiff_t>(measures.size() / 2);
    std::ranges::nth_element(measures, middle);
    return {epsilonOfMeasure(*std::ranges::min_element(measures.begin(), middle + 1)),
        epsilonOfMeasure(*middle), epsilonOfMeasure(*std::ranges::max_element(middle, measures.end()))};
}

/// Of the client that the rule charged most.
EpsilonAtOrder Ledger::most(const Rule& rule) const
{
    const SumAccount& account = rule.sumAccount();
    if (account.values().size() == 1) {
        const auto found = std::ranges::max_element(
            m_clients, {}, [&rule](const ClientSpend& client) { return rule.sums(client).front(); });
        return account.epsilonOf(rule.sums(*found), m_options.delta);
    }
    EpsilonAtOrder most;
    for (const ClientSpend& client : m_clients) {
        const EpsilonAtOrder found = account.epsilonOf(rule.sums(client), m_options.delta);
        if (found.epsilon >= most.epsilon)
            most = found;
    }
    return most;
}

double Ledger::exactMost() const
{
    const double most = std::ranges::max_element(m_clients, {}, &ClientSpend::muSquared)->muSquared;
    return gaussianExactEpsilon(most, m_options.delta);
}

std::vector<Spend> Ledger::worstCase() const
{
    if (m_options.schedule == Schedule::None || m_clients.empty())
        return {};
    const TrainingPlan plan = planOf(m_rounds);
    std::vector<Spend> spends;
    for (const AccountantInfo* info : accountants()) {
        const auto rule = std::ranges::find(m_rules, info, &Rule::accountant);
        if (rule != m_rules.end())
            spends.push_back(spendOf(plan, *info, most(*rule), m_options.delta));
        else if (!info->incompatibility(plan))
            spends.push_back(spend(plan, *info, m_options.delta));
    }
    if (m_options.noiseSource == NoiseOrigin::Reproducible)
        for (Spend& spend : spends)
            if (spend.standing != Standing::NotABound)
                spend.note += " Who knows the run's seed can take the noise away (privacy.noise_source).";
    return spends;
}

void Ledger::restore(std::vector<ClientSpend> clients, int rounds)
{
    if (clients.size() != m_clients.size())
        throw Error("checkpoint: holds " + std::to_string(clients.size()) + " clients, the dataset has "
            + std::to_string(m_clients.size()) + "; resume with the dataset that the run was started on");
    m_clients = std::move(clients);
    m_rounds = rounds;
    m_pricedRounds = kNeverPriced;
}

} // namespace fedcctr::privacy
