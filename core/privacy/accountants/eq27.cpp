// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/accountants/eq27.h"

#include "core/base/error.h"

#include <cmath>

namespace fedcctr::privacy {

namespace {

class Eq27Account : public SumAccount {
public:
    Eq27Account(double rate, double order)
        : SumAccount({0})
        , m_rate(rate)
        , m_order(order)
    {
    }

    void charge(std::span<double> sums, const NoiseLevel& level) const override
    {
        if (level.rounds > 0)
            sums[0] += level.rounds * paperEq27Cost(1, level.sigma, m_rate, m_order);
    }

    EpsilonAtOrder epsilonOf(std::span<const double> sums, double) const override
    {
        return {sums[0], m_order};
    }

    double deltaOf(std::span<const double>, double) const override
    {
        throw Error("the accountant eq27 has no delta to solve for; use another one");
    }

    /// Eq. 28 stops when nothing is left.
    double largestSum(double epsilon, double) const override { return std::nextafter(epsilon, 0); }

private:
    double m_rate;
    double m_order;
};

std::string note(const TrainingPlan& plan)
{
    const std::string begin =
        "As printed (Eq. 27-28), not a bound here: no delta enters, so the number is a Renyi cost and not an "
        "epsilon, and may stand below or above one.";
    if (plan.adversary == Adversary::ReleasedModel)
        return begin
            + " Above order 2 the printed exponent is too small even for sampling that stays secret.";
    return plan.rate < 1
        ? begin + " It takes credit for sampling, which hides nobody from who sees the uploads."
        : begin;
}

std::unique_ptr<Account> open(const TrainingPlan& plan, std::optional<double> order)
{
    return std::make_unique<Eq27Account>(plan.rate, order.value_or(2));
}

AccountantInfo info()
{
    AccountantInfo info;
    info.name = "eq27";
    info.title = "Eq. 27 as printed";
    info.shortTitle = "Eq. 27";
    info.method = "Eq. 27-28";
    info.help = "as the paper prints it, with no δ and never a bound";
    info.printed = true;
    info.hasDelta = false;
    info.takesOrder = true;
    info.usesZeta = true;
    info.ownSums = 1;
    info.relation = NeighbouringRelation::AddRemove;
    info.standing = [](const TrainingPlan&) { return Standing::NotABound; };
    info.note = note;
    info.open = open;
    return info;
}

} // namespace

const AccountantInfo& eq27Accountant()
{
    static const AccountantInfo kInfo = info();
    return kInfo;
}

} // namespace fedcctr::privacy
