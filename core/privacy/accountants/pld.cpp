// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/accountants/pld.h"

#include "core/privacy/accountants/gaussian.h"
#include "core/privacy/accountants/renyi_account.h"
#include "core/privacy/loss_distribution.h"

#include <algorithm>
#include <cmath>

namespace fedcctr::privacy {

namespace {

class LossAccount : public Account {
public:
    explicit LossAccount(TrainingPlan plan)
        : m_plan(std::move(plan))
    {
        m_plan.rounds.clear();
    }

    void add(const NoiseLevel& level) override { m_plan.rounds.push_back(level); }

    EpsilonAtOrder epsilon(double delta) const override
    {
        return {LossDistribution(m_plan).epsilonAt(delta), 0};
    }

    double delta(double epsilon) const override { return LossDistribution(m_plan).deltaAt(epsilon); }

    /// One round alone: its delta with the client there against without is rate * delta of the Gaussian at
    /// ln(1 + (e^epsilon - 1)/rate).
    bool surelyExceeds(double epsilon, double delta) const override
    {
        if (m_plan.rounds.empty())
            return false;
        const double rate = m_plan.rate;
        const double sigma = std::ranges::min_element(m_plan.rounds, {}, &NoiseLevel::sigma)->sigma;
        const double mu = m_plan.sensitivity() / sigma;
        // ln(1 + (e^eps - 1)/q) = eps + ln((1 - (1 - q) e^-eps)/q)
        const double inner = epsilon + std::log((1 - (1 - rate) * std::exp(-epsilon)) / rate);
        return sigma > 0 && rate > 0 && rate * gaussianDelta(mu * mu, inner) > delta;
    }

private:
    TrainingPlan m_plan;
};

std::optional<std::string> incompatibility(const TrainingPlan& plan)
{
    if (plan.amplified() && plan.sampling == ClientSampling::Fixed)
        return "the accountant pld does not know sampling without replacement; use poisson sampling or the "
               "accountant rdp";
    return {};
}

std::string note(const TrainingPlan& plan)
{
    if (!plan.amplified())
        return "Privacy loss distribution; without amplification it is the exact Gaussian one.";
    return "Privacy loss distribution over all rounds with Poisson sampling, rounded up: the tight curve."
        + (plan.relation == NeighbouringRelation::Replace ? verifiedNumerically() : std::string());
}

std::unique_ptr<Account> open(const TrainingPlan& plan, std::optional<double>)
{
    if (!plan.amplified())
        return gaussianAccountant().open(plan, {});
    return std::make_unique<LossAccount>(plan);
}

AccountantInfo info()
{
    AccountantInfo info;
    info.name = "pld";
    info.title = "PLD";
    info.shortTitle = "PLD";
    info.method = "numerical composition of privacy loss distributions";
    info.help = "privacy loss distribution, the tightest";
    info.creditsSampling = true;
    info.slow = true;
    info.incompatibility = incompatibility;
    info.exact = [](const TrainingPlan&) { return true; };
    info.note = note;
    info.open = open;
    return info;
}

} // namespace

const AccountantInfo& pldAccountant()
{
    static const AccountantInfo kInfo = info();
    return kInfo;
}

} // namespace fedcctr::privacy
