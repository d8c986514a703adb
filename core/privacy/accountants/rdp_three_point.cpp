// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/accountants/rdp_three_point.h"

#include "core/privacy/accountants/renyi_account.h"

namespace fedcctr::privacy {

namespace {

std::optional<std::string> incompatibility(const TrainingPlan& plan)
{
    if (!plan.amplified() || plan.sampling != ClientSampling::Fixed
        || plan.relation != NeighbouringRelation::Replace)
        return "the accountant rdp-three-point is about sampling without replacement that stays secret, one "
               "client replaced; use the accountant rdp";
    return {};
}

std::string note(const TrainingPlan&)
{
    return "Sampling without replacement by the formula of Poisson sampling: sharper than the certified "
           "number, "
           "and verified numerically rather than proved.";
}

std::unique_ptr<Account> open(const TrainingPlan& plan, std::optional<double> order)
{
    return openRenyi(plan, order, RenyiCurve::ThreePoint);
}

AccountantInfo info()
{
    AccountantInfo info;
    info.name = "rdp-three-point";
    info.title = "Rényi DP, three-point";
    info.shortTitle = "RDP, 3-point";
    info.method = "Rényi differential privacy of sampling without replacement (a bound that is verified "
                  "numerically only)";
    info.takesOrder = true;
    info.creditsSampling = true;
    info.selectable = false;
    info.incompatibility = incompatibility;
    info.note = note;
    info.open = open;
    return info;
}

} // namespace

const AccountantInfo& rdpThreePointAccountant()
{
    static const AccountantInfo kInfo = info();
    return kInfo;
}

} // namespace fedcctr::privacy
