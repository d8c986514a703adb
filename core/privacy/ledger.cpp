// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/ledger.h"

#include "core/base/error.h"
#include "core/privacy/accountant.h"
#include "core/privacy/calibration.h"
#include "core/privacy/mechanisms.h"
#include "core/privacy/schedule.h"

#include <algorithm>
#include <cmath>

namespace fedcctr::privacy {

namespace {

/// A shared account is priced in so many steps of the planned rounds, each rounded up.
constexpr int kPriceSteps = 64;

double muSquaredLimit(const PrivacyOptions& options)
{
    return options.accountant == AccountantKind::Rdp ? gaussianRenyiBudget(options.epsilon, options.delta)
                                                     : gaussianExactBudget(options.epsilon, options.delta);
}

} // namespace

Ledger::Ledger(const PrivacyOptions& options, const LedgerSampling& sampling, std::size_t clients)
    : m_options(options)
    , m_sampling(sampling)
    , m_clients(clients)
{
    if (options.schedule == Schedule::None)
        return;
    const TrainingPlan plan = planOf(1);
    if (const auto reason = incompatibility(plan, options.accountant))
        throw Error("privacy.accountant: " + *reason);
    m_muSquaredLimit = muSquaredLimit(options);
    if (options.histogramNoise > 0) {
        for (ClientSpend& client : m_clients) {
            client.muSquared = plan.otherMuSquared;
            for (std::size_t i = 0; i < client.paperAppendixA.size(); ++i)
                client.paperAppendixA[i] = paperOrders()[i] * plan.otherMuSquaredOfReplacing() / 2;
        }
    }
    if (isShared()) {
        CalibrationProblem problem;
        problem.plan = plan;
        problem.shape = {
            options.noiseMultiplier, options.schedule == Schedule::AdaLdp ? options.decayRate : 1, 1, 1};
        problem.accountant = options.accountant;
        problem.epsilon = options.epsilon;
        problem.delta = options.delta;
        m_allowedRounds = static_cast<int>(solveRounds(problem, sampling.rounds));
    }
}

/// The printed rules and the plain Gaussian are sums per client whoever the adversary is.
bool Ledger::isShared() const
{
    return m_options.schedule != Schedule::None && m_options.adversary == Adversary::ReleasedModel
        && (m_options.accountant == AccountantKind::Rdp || m_options.accountant == AccountantKind::Pld);
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

Ledger::RoundCost Ledger::costOf(int round, double noiseShare) const
{
    const double sigma = noiseMultiplierAt(m_options, round) * noiseShare;
    RoundCost cost;
    cost.paperEq27 = paperEq27Cost(1, sigma, m_sampling.rate, m_options.order);
    for (std::size_t i = 0; i < cost.paperAppendixA.size(); ++i)
        cost.paperAppendixA[i] = paperAppendixACost(1, sigma, m_sampling.rate, paperOrders()[i]);
    const double ratio = planOf(0).sensitivity() / sigma;
    cost.muSquared = ratio * ratio;
    if (m_options.correlation == Correlation::Banded)
        cost.muSquared *= columnNormSquared(m_options.band, round, m_sampling.rounds);
    return cost;
}

EpsilonAtOrder Ledger::appendixA(const ClientSpend& client) const
{
    return epsilonFromRenyiProp3(paperOrders(), client.paperAppendixA, m_options.delta);
}

bool Ledger::exceeds(const ClientSpend& client, const RoundCost& cost) const
{
    switch (m_options.accountant) {
    case AccountantKind::PaperEq27: // Eq. 28 stops when nothing is left
        return m_options.epsilon - (client.paperEq27 + cost.paperEq27) <= 0;
    case AccountantKind::PaperAppendixA: {
        ClientSpend after = client;
        for (std::size_t i = 0; i < cost.paperAppendixA.size(); ++i)
            after.paperAppendixA[i] += cost.paperAppendixA[i];
        return appendixA(after).epsilon > m_options.epsilon;
    }
    default:
        return client.muSquared + cost.muSquared > m_muSquaredLimit;
    }
}

bool Ledger::charge(ClientSpend& client, const RoundCost& cost) const
{
    if (!isShared() && exceeds(client, cost)) {
        client.stopped = true;
        return false;
    }
    client.paperEq27 += cost.paperEq27;
    for (std::size_t i = 0; i < cost.paperAppendixA.size(); ++i)
        client.paperAppendixA[i] += cost.paperAppendixA[i];
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

void Ledger::chargeEverybody(int round, const RoundCost& cost)
{
    if (isShared() && round + 1 > m_allowedRounds) {
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
    const RoundCost cost = costOf(round, noiseShare);
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
        m_pricedEpsilon = spend(planOf(rounds), m_options.accountant, m_options.delta).epsilon;
        m_pricedRounds = rounds;
    }
    return m_pricedEpsilon;
}

/// What orders clients under the accountant that governs: their epsilon rises with it. It is the sum itself
/// where one sum tells all.
double Ledger::governingMeasure(const ClientSpend& client) const
{
    switch (m_options.accountant) {
    case AccountantKind::PaperEq27:
        return client.paperEq27;
    case AccountantKind::PaperAppendixA:
        return appendixA(client).epsilon;
    default:
        return client.muSquared;
    }
}

double Ledger::epsilonOfMeasure(double measure) const
{
    switch (m_options.accountant) {
    case AccountantKind::PaperEq27:
    case AccountantKind::PaperAppendixA:
        return measure;
    case AccountantKind::Rdp:
        return gaussianRenyiEpsilon(measure, m_options.delta).epsilon;
    default:
        return gaussianExactEpsilon(measure, m_options.delta);
    }
}

double Ledger::governingEpsilon(const ClientSpend& client) const
{
    return isShared() ? sharedEpsilon() : epsilonOfMeasure(governingMeasure(client));
}

SpendRange Ledger::spent() const
{
    if (isShared())
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

/// Eq. 27 and Appendix A, each for the client that it charged most.
std::vector<Spend> Ledger::printed() const
{
    const double eq27 = std::ranges::max_element(m_clients, {}, &ClientSpend::paperEq27)->paperEq27;
    EpsilonAtOrder appendix;
    for (const ClientSpend& client : m_clients)
        if (const EpsilonAtOrder found = appendixA(client); found.epsilon >= appendix.epsilon)
            appendix = found;
    const TrainingPlan plan = planOf(0);
    return {spendOf(plan, AccountantKind::PaperEq27, {eq27, m_options.order}, m_options.delta),
        spendOf(plan, AccountantKind::PaperAppendixA, appendix, m_options.delta)};
}

double Ledger::exactMost() const
{
    const double most = std::ranges::max_element(m_clients, {}, &ClientSpend::muSquared)->muSquared;
    return gaussianExactEpsilon(most, m_options.delta);
}

/// Composition without amplification for the client that it charged most.
std::vector<Spend> Ledger::plainGaussian() const
{
    const double muSquared = std::ranges::max_element(m_clients, {}, &ClientSpend::muSquared)->muSquared;
    const double delta = m_options.delta;
    const TrainingPlan plan = planOf(0);
    std::vector<Spend> spends{
        spendOf(plan, AccountantKind::Gaussian, {gaussianExactEpsilon(muSquared, delta), 0}, delta)};
    if (m_options.adversary != Adversary::ReleasedModel)
        spends.push_back(spendOf(plan, AccountantKind::Rdp, gaussianRenyiEpsilon(muSquared, delta), delta));
    return spends;
}

std::vector<Spend> Ledger::worstCase() const
{
    if (m_options.schedule == Schedule::None || m_clients.empty())
        return {};
    std::vector<Spend> spends = printed();
    std::ranges::move(plainGaussian(), std::back_inserter(spends));
    if (m_options.adversary == Adversary::ReleasedModel)
        for (Spend& spend : spendUnderAll(planOf(m_rounds), m_options.delta))
            if (spend.accountant.starts_with(nameOf(AccountantKind::Rdp))
                || spend.accountant == nameOf(AccountantKind::Pld))
                spends.push_back(std::move(spend));
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
