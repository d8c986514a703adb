// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/accountants/appendix_a.h"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace fedcctr::privacy {

namespace {

std::vector<double> ordersOf(std::optional<double> order)
{
    const std::span<const double> all = paperOrders();
    return order ? std::vector{*order} : std::vector(all.begin(), all.end());
}

class AppendixAAccount : public SumAccount {
public:
    AppendixAAccount(const TrainingPlan& plan, std::vector<double> orders)
        : SumAccount(opening(plan, orders))
        , m_rate(plan.rate)
        , m_orders(std::move(orders))
    {
    }

    void charge(std::span<double> sums, const NoiseLevel& level) const override
    {
        for (std::size_t i = 0; i < m_orders.size() && level.rounds > 0; ++i)
            sums[i] += level.rounds * paperAppendixACost(1, level.sigma, m_rate, m_orders[i]);
    }

    EpsilonAtOrder epsilonOf(std::span<const double> sums, double delta) const override
    {
        return epsilonFromRenyiProp3(m_orders, sums, delta);
    }

    double deltaOf(std::span<const double> sums, double epsilon) const override
    {
        return deltaFromRenyiProp3(m_orders, sums, epsilon);
    }

private:
    /// Its relation is that of a replaced client.
    static std::vector<double> opening(const TrainingPlan& plan, const std::vector<double>& orders)
    {
        std::vector<double> sums;
        for (const double order : orders)
            sums.push_back(order * plan.otherMuSquaredOfReplacing() / 2);
        return sums;
    }

    double m_rate;
    std::vector<double> m_orders;
};

Standing standing(const TrainingPlan& plan)
{
    const bool secret =
        plan.adversary == Adversary::ReleasedModel && plan.sampling == ClientSampling::Poisson;
    return secret || plan.rate == 1 ? Standing::Loose : Standing::NotABound;
}

std::string note(const TrainingPlan& plan)
{
    const std::string grid = " The paper tries the orders 2, 4, 8, 16, 32 and 64 only, which adds to it.";
    if (standing(plan) == Standing::NotABound)
        return "As printed (Appendix A), not a bound here: it takes credit for sampling, which holds only "
               "for "
               "Poisson sampling against who sees the released models alone.";
    if (plan.rate == 1)
        return "As printed (Appendix A), a valid but loose bound: everybody takes part in every round, so "
               "that "
               "no credit for sampling is taken."
            + grid;
    return "As printed (Appendix A), a valid but loose bound for Poisson sampling whose outcome stays "
           "secret, "
           "at orders from 2."
        + grid;
}

double sumAt(const TrainingPlan& plan, double order)
{
    double sum = order * plan.otherMuSquaredOfReplacing() / 2;
    for (const NoiseLevel& level : plan.rounds)
        if (level.rounds > 0)
            sum += level.rounds * paperAppendixACost(1, level.sigma, plan.rate, order);
    return sum;
}

/// The least over all orders from 2: golden section on ln alpha, since the epsilon has one minimum.
EpsilonAtOrder best(const TrainingPlan& plan, double delta)
{
    const auto epsilonAt = [&](double logOrder) {
        const double order = std::exp(logOrder);
        return sumAt(plan, order) - std::log(delta) / (order - 1);
    };
    constexpr double kRatio = 0.6180339887498949;
    double low = std::log(2.0);
    double high = std::log(1e6);
    while (high - low > 1e-6) {
        const double left = high - kRatio * (high - low);
        const double right = low + kRatio * (high - low);
        (epsilonAt(left) <= epsilonAt(right) ? high : low) =
            epsilonAt(left) <= epsilonAt(right) ? right : left;
    }
    return {epsilonAt(low), std::exp(low)};
}

/// What the best order would give, where the paper's few orders miss it.
std::string remark(const TrainingPlan& plan, double delta, const EpsilonAtOrder& found)
{
    const EpsilonAtOrder better = best(plan, delta);
    constexpr double kWorthSaying = 0.99;
    if (!(better.epsilon < kWorthSaying * found.epsilon))
        return {};
    std::ostringstream text;
    text.precision(3);
    text << " Order " << better.order << " would give " << better.epsilon << '.';
    return text.str();
}

std::unique_ptr<Account> open(const TrainingPlan& plan, std::optional<double> order)
{
    return std::make_unique<AppendixAAccount>(plan, ordersOf(order));
}

AccountantInfo info()
{
    AccountantInfo info;
    info.name = "appendix-a";
    info.title = "Appendix A as printed";
    info.shortTitle = "App. A";
    info.method = "Appendix A";
    info.help = "as the paper prints it, no bound where sampling hides nobody";
    info.printed = true;
    info.takesOrder = true;
    info.leastOrder = 2; // below, the printed rule is no upper bound
    info.ownSums = paperOrders().size();
    info.relation = NeighbouringRelation::Replace;
    info.standing = standing;
    info.note = note;
    info.remark = remark;
    info.open = open;
    return info;
}

} // namespace

const AccountantInfo& appendixAAccountant()
{
    static const AccountantInfo kInfo = info();
    return kInfo;
}

} // namespace fedcctr::privacy
