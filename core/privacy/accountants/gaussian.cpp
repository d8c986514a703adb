// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/accountants/gaussian.h"

#include "core/privacy/accountants/mu_squared.h"

namespace fedcctr::privacy {

namespace {

class GaussianAccount : public MuSquaredAccount {
public:
    using MuSquaredAccount::MuSquaredAccount;

    EpsilonAtOrder epsilonOf(std::span<const double> sums, double delta) const override
    {
        return {gaussianExactEpsilon(sums[0], delta), 0};
    }

    double deltaOf(std::span<const double> sums, double epsilon) const override
    {
        return gaussianDelta(sums[0], epsilon);
    }
};

std::string note(const TrainingPlan& plan)
{
    if (plan.adversary == Adversary::ReleasedModel)
        return "Exact composition over all rounds as if everybody took part in each: valid, and loose where "
               "sampling stays secret.";
    return "Exact composition over the client's uploads (Balle and Wang 2018); sampling does not help "
           "against who "
           "sees them.";
}

std::unique_ptr<Account> open(const TrainingPlan& plan, std::optional<double>)
{
    return std::make_unique<GaussianAccount>(plan);
}

AccountantInfo info()
{
    AccountantInfo info;
    info.name = "gaussian";
    info.title = "exact Gaussian";
    info.shortTitle = "Gauss";
    info.method = "exact composition of the Gaussian mechanism";
    info.help = "exact composition of the Gaussian mechanism";
    info.standing = [](const TrainingPlan& plan) {
        return plan.amplified() ? Standing::Loose : Standing::Bound;
    };
    info.exact = [](const TrainingPlan& plan) { return !plan.amplified(); };
    info.note = note;
    info.open = open;
    return info;
}

} // namespace

const AccountantInfo& gaussianAccountant()
{
    static const AccountantInfo kInfo = info();
    return kInfo;
}

} // namespace fedcctr::privacy
