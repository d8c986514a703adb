// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/accountants/renyi_account.h"

#include "core/privacy/accountants/mu_squared.h"

#include <algorithm>

namespace fedcctr::privacy {

namespace {

std::vector<double> ordersOf(std::optional<double> order)
{
    const std::span<const double> all = renyiOrders();
    return order ? std::vector{*order} : std::vector(all.begin(), all.end());
}

/// Of the Gaussian mechanism, whose curve is a * muSquared / 2.
class PlainRenyiAccount : public MuSquaredAccount {
public:
    PlainRenyiAccount(const TrainingPlan& plan, std::vector<double> orders)
        : MuSquaredAccount(plan)
        , m_orders(std::move(orders))
    {
    }

    EpsilonAtOrder epsilonOf(std::span<const double> sums, double delta) const override
    {
        return epsilonFromRenyi(m_orders, curveOf(sums[0]), delta);
    }

    double deltaOf(std::span<const double> sums, double epsilon) const override
    {
        return deltaFromRenyi(m_orders, curveOf(sums[0]), epsilon);
    }

private:
    std::vector<double> curveOf(double muSquared) const
    {
        std::vector<double> curve;
        curve.reserve(m_orders.size());
        for (const double order : m_orders)
            curve.push_back(order * muSquared / 2);
        return curve;
    }

    std::vector<double> m_orders;
};

/// Of the sampled Gaussian mechanism. Keeps the rounds, since many of them are summed faster together.
class SampledRenyiAccount : public Account {
public:
    SampledRenyiAccount(TrainingPlan plan, std::vector<double> orders, RenyiCurve curve)
        : m_pending(std::move(plan))
        , m_orders(std::move(orders))
        , m_curve(curve)
    {
        m_pending.rounds.clear();
    }

    void add(const NoiseLevel& level) override { m_pending.rounds.push_back(level); }

    void settle() override
    {
        constexpr double kAnyWidth = 1e3;
        constexpr std::size_t kNodes = 2;
        m_pending.rounds = compressedRounds(m_pending.rounds, kAnyWidth, kNodes);
        m_settled = costs();
        m_pending.rounds.clear();
        m_pending.otherMuSquared = 0; // charged once
    }

    EpsilonAtOrder epsilon(double delta) const override
    {
        return m_settled.empty() ? composedEpsilon(m_pending, delta, m_orders, m_curve)
                                 : epsilonFromRenyi(m_orders, costs(), delta);
    }

    double delta(double epsilon) const override { return deltaFromRenyi(m_orders, costs(), epsilon); }

private:
    std::vector<double> costs() const
    {
        if (!m_settled.empty() && m_pending.rounds.empty())
            return m_settled;
        std::vector<double> costs = composedRenyi(m_pending, m_orders, m_curve);
        for (std::size_t i = 0; i < m_settled.size(); ++i)
            costs[i] += m_settled[i];
        return costs;
    }

    TrainingPlan m_pending; ///< with the rounds that are not settled
    std::vector<double> m_orders;
    RenyiCurve m_curve;
    std::vector<double> m_settled; ///< at the orders; empty: nothing is
};

} // namespace

std::unique_ptr<Account> openRenyi(const TrainingPlan& plan, std::optional<double> order, RenyiCurve curve)
{
    if (plan.amplified())
        return std::make_unique<SampledRenyiAccount>(plan, ordersOf(order), curve);
    return std::make_unique<PlainRenyiAccount>(plan, ordersOf(order));
}

std::string verifiedNumerically()
{
    return " For a replaced client the worst case over the three means is verified numerically, not proved.";
}

} // namespace fedcctr::privacy
