// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/privacy/accountant.h"
#include "core/privacy/training_plan.h"

#include <cstddef>
#include <span>
#include <vector>

namespace fedcctr::privacy {

class SumAccount;

/// One client's account of a training, opened for a plan by an accountant: rounds are added, then it is
/// asked.
class Account {
public:
    Account() = default;
    Account(const Account&) = delete;
    Account& operator=(const Account&) = delete;
    virtual ~Account() = default;

    /// Charges rounds at one level of noise. In any order.
    virtual void add(const NoiseLevel& level) = 0;

    /// Prices what was added so far once and for all, so that a later question costs the new rounds only.
    /// What lies between two calls may be interpolated, to about 1 %.
    virtual void settle() { }

    /// Smallest epsilon >= 0 at delta in (0, 1), with the order that gave it; infinity without noise.
    virtual EpsilonAtOrder epsilon(double delta) const = 0;

    /// Smallest delta at epsilon > 0; 0 if it underflows. Throws Error if the rule has none.
    virtual double delta(double epsilon) const = 0;

    /// True if it is cheap to see that epsilon at delta is exceeded. False says nothing.
    virtual bool surelyExceeds(double epsilon, double delta) const;

    /// The account as sums, if it is one; else null.
    virtual const SumAccount* sums() const { return nullptr; }
};

/// An account that is a list of sums: what a round adds does not depend on the other rounds, so that a ledger
/// can keep the sums of many clients beside each other. Each method takes the sums that it is about.
class SumAccount : public Account {
public:
    void add(const NoiseLevel& level) final { charge(m_sums, level); }
    EpsilonAtOrder epsilon(double delta) const final { return epsilonOf(m_sums, delta); }
    double delta(double epsilon) const final { return deltaOf(m_sums, epsilon); }
    const SumAccount* sums() const final { return this; }

    /// The sums of what was added: before the first round, what the plan's other releases cost.
    std::span<const double> values() const { return m_sums; }

    virtual void charge(std::span<double> sums, const NoiseLevel& level) const = 0;
    virtual EpsilonAtOrder epsilonOf(std::span<const double> sums, double delta) const = 0;
    virtual double deltaOf(std::span<const double> sums, double epsilon) const = 0;

    /// Where there is one sum, the largest that stays within the budget.
    virtual double largestSum(double epsilon, double delta) const;

protected:
    explicit SumAccount(std::vector<double> opening)
        : m_sums(std::move(opening))
    {
    }

private:
    std::vector<double> m_sums;
};

/// Tells which rounds a budget does not pay for. Keeps a reference to the account.
class SumBudget {
public:
    SumBudget(const SumAccount& account, double epsilon, double delta);

    bool isExceededBy(std::span<const double> sums) const;

    /// By the sums before a round and what the round adds.
    bool isExceededBy(std::span<const double> before, std::span<const double> added) const
    {
        return before.size() == 1 ? before.front() + added.front() > m_largest
                                  : isExceededBy(sumOf(before, added));
    }

private:
    static std::vector<double> sumOf(std::span<const double> before, std::span<const double> added);

    const SumAccount& m_account;
    double m_epsilon;
    double m_delta;
    double m_largest;
};

} // namespace fedcctr::privacy
