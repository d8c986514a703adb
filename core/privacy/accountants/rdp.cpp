// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/accountants/rdp.h"

#include "core/privacy/accountants/renyi_account.h"

namespace fedcctr::privacy {

namespace {

std::optional<std::string> incompatibility(const TrainingPlan& plan)
{
    if (plan.amplified() && plan.sampling == ClientSampling::Fixed
        && plan.relation == NeighbouringRelation::AddRemove)
        return "the accountant rdp knows sampling without replacement only for the relation replace, since a "
               "cohort "
               "of fixed size stays one when a client is replaced; use the relation replace or poisson "
               "sampling";
    return {};
}

std::string note(const TrainingPlan& plan)
{
    if (!plan.amplified())
        return plan.adversary == Adversary::ReleasedModel
            ? "Renyi composition over all rounds; everybody takes part or the plan is known, so nothing is "
              "amplified."
            : "Renyi composition over the client's uploads, without amplification by sampling.";
    if (plan.sampling == ClientSampling::Fixed)
        return "Renyi composition over all rounds with sampling without replacement (Wang et al. 2019), "
               "certified.";
    return "Renyi composition over all rounds with Poisson sampling (Mironov et al. 2019)."
        + (plan.relation == NeighbouringRelation::Replace ? verifiedNumerically() : std::string());
}

std::unique_ptr<Account> open(const TrainingPlan& plan, std::optional<double> order)
{
    return openRenyi(plan, order, RenyiCurve::Certified);
}

AccountantInfo info()
{
    AccountantInfo info;
    info.name = "rdp";
    info.title = "Rényi DP";
    info.shortTitle = "RDP";
    info.method = "Rényi differential privacy";
    info.help = "Rényi, amplified by sampling against released-model only";
    info.takesOrder = true;
    info.creditsSampling = true;
    info.incompatibility = incompatibility;
    info.note = note;
    info.open = open;
    return info;
}

} // namespace

const AccountantInfo& rdpAccountant()
{
    static const AccountantInfo kInfo = info();
    return kInfo;
}

} // namespace fedcctr::privacy
