// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/guarantee.h"
#include "core/privacy/options.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace fedcctr::privacy {

/// What one client has spent so far, under each rule that is a sum, at once.
struct ClientSpend {
    double muSquared = 0; ///< sum over charged releases of (Delta / sigma_t)^2, without amplification
    std::vector<double> own; ///< sums of the accountants that keep their own, in the order of accountants()
    std::int32_t uploads = 0; ///< rounds in which it sent something
    std::int32_t lastUpload = -1; ///< round, from 0; -1: none
    bool stopped = false;
};

/// The sums that the accountant reads.
std::span<const double> sumsOf(const ClientSpend& client, const AccountantInfo& accountant);

/// One account is shared by all, since who took part is secret and the accountant takes credit for that.
bool isAccountShared(const PrivacyOptions& options);

/// How the run draws its clients, as far as a ledger depends on it.
struct LedgerSampling {
    ClientSampling scheme = ClientSampling::Poisson;
    double rate = 1; ///< share of the clients that a round draws, not the one that was asked for
    int rounds = 1; ///< T, as planned
};

/// Epsilons of the clients under one accountant.
struct SpendRange {
    double least = 0;
    double median = 0;
    double most = 0;
};

/// The budgets of all clients (Algorithm 2, lines 3-4). The governing rule is the chosen accountant's; all
/// that apply are recorded. Against `released-model` one account is shared: who took part is secret, so every
/// round is charged to everybody and all stop together.
class Ledger {
public:
    /// Throws Error if the accountant does not fit the sampler, the adversary or the relation.
    Ledger(const PrivacyOptions& options, const LedgerSampling& sampling, std::size_t clients);

    /// The clients that may still take part.
    std::vector<std::int32_t> active(const std::vector<std::int32_t>& sampled) const;

    /// Charges the clients of round t (from 0) and stops those whose budget would be exceeded: a stopped
    /// client sends nothing and is not charged. Returns the clients that may send. Without noise, all of
    /// them. `noiseShare` is what is left of the round's noise when others dropped out, sqrt(K'/K).
    std::vector<std::int32_t> admit(
        const std::vector<std::int32_t>& present, int round, double noiseShare = 1);

    const std::vector<ClientSpend>& clients() const { return m_clients; }
    std::size_t activeCount() const;

    /// Epsilon of one client under the accountant that governs. With a shared account, after the rounds that
    /// were charged.
    double governingEpsilon(const ClientSpend& client) const;

    /// Least, median and greatest of governingEpsilon() over the clients. At least one client.
    SpendRange spent() const;

    /// Epsilon of the greatest spend under exact composition without amplification: valid whatever governs.
    double exactMost() const;

    /// Under every rule that applies, the guarantee of the client that spent most under that rule. Empty
    /// without noise.
    std::vector<Spend> worstCase() const;

    /// Rounds charged so far, to whomever.
    int rounds() const { return m_rounds; }

    /// Replaces the state, from a checkpoint. Throws Error if the number of clients differs.
    void restore(std::vector<ClientSpend> clients, int rounds);

private:
    /// An accountant whose account of a client is a list of sums.
    struct Rule {
        const AccountantInfo* accountant;
        std::unique_ptr<Account> account; ///< without rounds
        std::size_t place; ///< of its sums in ClientSpend::own, if it keeps its own

        std::span<const double> sums(const ClientSpend& client) const;
        const SumAccount& sumAccount() const { return *account->sums(); }
    };

    void openRules(const TrainingPlan& plan);
    void shareAccount(const TrainingPlan& plan);
    ClientSpend costOf(int round, double noiseShare) const;
    bool exceeds(const ClientSpend& client, const ClientSpend& cost) const;
    bool charge(ClientSpend& client, const ClientSpend& cost) const;
    void chargeEverybody(int round, const ClientSpend& cost);
    double governingMeasure(const ClientSpend& client) const;
    double epsilonOfMeasure(double measure) const;
    double sharedEpsilon() const;
    TrainingPlan planOf(int rounds) const;
    EpsilonAtOrder most(const Rule& rule) const;

    PrivacyOptions m_options;
    LedgerSampling m_sampling;
    std::vector<Rule> m_rules; ///< that the run records; empty without noise
    const Rule* m_governing = nullptr; ///< null with a shared account
    std::optional<SumBudget> m_budget; ///< of the rule that governs
    int m_allowedRounds = 0; ///< of the shared account at the budget
    int m_rounds = 0;
    std::vector<ClientSpend> m_clients;
    static constexpr int kNeverPriced = -1;
    mutable int m_pricedRounds = kNeverPriced; ///< for which m_pricedEpsilon holds
    mutable double m_pricedEpsilon = 0;
};

/// Who is there in a round, and what is left of its noise: sqrt(K'/K) after dropouts.
struct Attendance {
    std::vector<std::int32_t> present;
    double noiseShare = 1;
};

} // namespace fedcctr::privacy
