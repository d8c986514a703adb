// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/ledger.h"

#include "core/base/error.h"
#include "core/privacy/schedule.h"

#include <algorithm>

namespace fedcctr::privacy {

Ledger::Ledger(const PrivacyOptions& options, double rate, std::size_t clients)
    : m_options(options)
    , m_rate(rate)
    , m_muSquaredLimit(gaussianRenyiBudget(options.epsilon, options.delta))
    , m_clients(clients)
{
}

bool Ledger::charge(ClientSpend& client, double paperCost, double gaussianCost) const
{
    // Eq. 28 stops when nothing is left (<= 0); the rigorous rule when the budget would be exceeded.
    const bool refused = m_options.accountant == AccountantKind::PaperEq27
        ? m_options.epsilon - (client.paperEq27 + paperCost) <= 0
        : client.muSquared + gaussianCost > m_muSquaredLimit;
    if (refused) {
        client.stopped = true;
        return false;
    }
    client.paperEq27 += paperCost;
    client.muSquared += gaussianCost;
    return true;
}

std::vector<std::int32_t> Ledger::admit(const std::vector<std::int32_t>& sampled, int round)
{
    if (m_options.schedule == Schedule::None)
        return sampled;
    const double sigma = noiseStd(m_options, round);
    const double paperCost = paperEq27Cost(m_options.clipNorm, sigma, m_rate, m_options.order);
    const double ratio = 2 * m_options.clipNorm / sigma;
    if (m_options.charge == Charge::EveryRound) {
        for (ClientSpend& client : m_clients)
            if (!client.stopped)
                charge(client, paperCost, ratio * ratio);
    }
    std::vector<std::int32_t> admitted;
    for (const std::int32_t id : sampled) {
        ClientSpend& client = m_clients[static_cast<std::size_t>(id)];
        if (client.stopped)
            continue;
        if (m_options.charge == Charge::Participation && !charge(client, paperCost, ratio * ratio))
            continue;
        ++client.uploads;
        admitted.push_back(id);
    }
    return admitted;
}

std::size_t Ledger::activeCount() const
{
    return static_cast<std::size_t>(std::ranges::count(m_clients, false, &ClientSpend::stopped));
}

double Ledger::governingEpsilon(const ClientSpend& client) const
{
    return m_options.accountant == AccountantKind::PaperEq27
        ? client.paperEq27
        : gaussianRenyiEpsilon(client.muSquared, m_options.delta).epsilon;
}

std::vector<Spend> Ledger::worstCase() const
{
    if (m_options.schedule == Schedule::None || m_clients.empty())
        return {};
    const ClientSpend& paper = *std::ranges::max_element(m_clients, {}, &ClientSpend::paperEq27);
    const ClientSpend& gaussian = *std::ranges::max_element(m_clients, {}, &ClientSpend::muSquared);
    const EpsilonAtOrder renyi = gaussianRenyiEpsilon(gaussian.muSquared, m_options.delta);
    return {
        {paper.paperEq27, 0, "eq27", m_options.order, "local", "add-remove",
            "as printed (Eq. 27-28), optimistic: sampling does not amplify a local guarantee, and no delta "
            "enters"},
        {renyi.epsilon, m_options.delta, "gaussian-rdp", renyi.order, "local", "replace",
            "Gaussian composition over the uploads of the client that spent most, no amplification"},
        {gaussianExactEpsilon(gaussian.muSquared, m_options.delta), m_options.delta, "gaussian-exact", 0,
            "local", "replace", "the same, exact (Balle and Wang 2018)"},
    };
}

void Ledger::restore(std::vector<ClientSpend> clients)
{
    if (clients.size() != m_clients.size())
        throw Error("checkpoint: holds " + std::to_string(clients.size()) + " clients, the dataset has "
            + std::to_string(m_clients.size()) + "; resume with the dataset that the run was started on");
    m_clients = std::move(clients);
}

} // namespace fedcctr::privacy
