// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/accountant.h"
#include "core/privacy/options.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace fedcctr::privacy {

/// What one client has spent so far, under each rule at once.
struct ClientSpend {
    double paperEq27 = 0; ///< sum of Eq. 27's costs charged to the client
    double muSquared = 0; ///< sum over charged rounds of (2 theta / sigma_t)^2: replace-one, one upload seen
    std::int32_t uploads = 0; ///< rounds in which it sent something
    bool stopped = false;
};

/// The budgets of all clients (Algorithm 2, lines 3-4). The governing rule is the chosen accountant's; both
/// rules are recorded. As printed, the paper's rule charges every client in every round; the Gaussian rule is
/// charged as `PrivacyOptions::charge` says.
class Ledger {
public:
    /// `rate` is rho, the share of clients that a round samples.
    Ledger(const PrivacyOptions& options, double rate, std::size_t clients);

    /// Charges the clients of round t (from 0) and stops those whose budget would be exceeded: a stopped
    /// client sends nothing and is not charged. Returns the sampled clients that may send. Without noise, all
    /// of them.
    std::vector<std::int32_t> admit(const std::vector<std::int32_t>& sampled, int round);

    const std::vector<ClientSpend>& clients() const { return m_clients; }
    std::size_t activeCount() const;

    /// Epsilon of one client under the accountant that governs.
    double governingEpsilon(const ClientSpend& client) const;

    /// The guarantee of the client that spent most, under every rule that applies. Empty without noise.
    std::vector<Spend> worstCase() const;

    /// Replaces the state, from a checkpoint. Throws Error if the number of clients differs.
    void restore(std::vector<ClientSpend> clients);

private:
    bool charge(ClientSpend& client, double paperCost, double gaussianCost) const;

    PrivacyOptions m_options;
    double m_rate;
    double m_muSquaredLimit; ///< of the Gaussian rule at the budget
    std::vector<ClientSpend> m_clients;
};

} // namespace fedcctr::privacy
