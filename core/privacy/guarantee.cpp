// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/guarantee.h"

#include "core/base/error.h"
#include "core/privacy/composition.h"

#include <cmath>
#include <sstream>

namespace fedcctr::privacy {

namespace {

[[noreturn]] void reject(const std::string& name, double found, const std::string& wanted)
{
    std::ostringstream text;
    text << name << " is " << found << ", but has to be " << wanted;
    throw Error(text.str());
}

void checkLevels(const std::vector<NoiseLevel>& levels)
{
    for (const NoiseLevel& level : levels) {
        if (!(level.sigma >= 0))
            reject("the noise sigma of a round", level.sigma, "a number from 0");
        if (!(level.rounds >= 0) || std::isinf(level.rounds))
            reject("the number of rounds", level.rounds, "a number from 0");
    }
}

void check(const TrainingPlan& plan)
{
    if (!(plan.rate >= 0 && plan.rate <= 1))
        reject("the sampling rate", plan.rate, "in [0, 1]");
    if (!(plan.otherMuSquared >= 0))
        reject("the other releases' (Delta/sigma)^2", plan.otherMuSquared, "a number from 0");
    checkLevels(plan.rounds);
    checkLevels(plan.participations);
}

} // namespace

std::string nameOf(Adversary adversary)
{
    switch (adversary) {
    case Adversary::Local:
        return "local";
    case Adversary::Aggregate:
        return "aggregate";
    case Adversary::ReleasedModel:
        return "released-model";
    }
    return {};
}

std::string nameOf(NeighbouringRelation relation)
{
    return relation == NeighbouringRelation::Replace ? "replace" : "add-remove";
}

std::string nameOf(ClientSampling sampling)
{
    switch (sampling) {
    case ClientSampling::None:
        return "none";
    case ClientSampling::Poisson:
        return "poisson";
    case ClientSampling::Fixed:
        return "fixed";
    }
    return {};
}

NeighbouringRelation relationOf(const AccountantInfo& accountant, NeighbouringRelation configured)
{
    return accountant.relation.value_or(configured);
}

std::string wordsOf(Standing standing)
{
    return standing == Standing::NotABound ? "not a bound here" : nameOf(standing);
}

std::string nameOf(Standing standing)
{
    switch (standing) {
    case Standing::Bound:
        return "bound";
    case Standing::Loose:
        return "loose";
    case Standing::NotABound:
        break;
    }
    return "not-a-bound";
}

Spend spendOf(
    const TrainingPlan& plan, const AccountantInfo& accountant, const EpsilonAtOrder& found, double delta)
{
    Spend result{found.epsilon, accountant.hasDelta ? delta : 0, accountant.name, found.order,
        nameOf(plan.adversary), nameOf(relationOf(accountant, plan.relation)), accountant.note(plan),
        accountant.standing(plan)};
    if (const auto warning = deltaWarning(result.delta, plan.clients))
        result.note += " But " + *warning + '.';
    return result;
}

std::optional<std::string> deltaWarning(double delta, double clients)
{
    if (!(clients > 0) || !(delta * clients > 1))
        return {};
    std::ostringstream text;
    text << "delta " << delta << " is above 1/clients (" << clients << " clients, " << 1 / clients
         << "): a mechanism that gives away all data of one client would still meet it; set privacy.delta "
            "well "
            "below";
    return text.str();
}

void checkDelta(double delta)
{
    if (!(delta > 0 && delta < 1))
        reject("delta", delta, "between 0 and 1");
}

std::optional<std::string> orderProblem(const AccountantInfo& accountant, std::optional<double> order)
{
    if (!order || (*order > 1 && *order >= accountant.leastOrder && std::isfinite(*order)))
        return {};
    std::ostringstream text;
    if (*order > 1 && std::isfinite(*order))
        text << accountant.name << " needs " << accountant.leastOrder
             << " or more; below, the rule is no upper bound";
    else
        text << "has to be a number above 1, not " << *order;
    return text.str();
}

std::unique_ptr<Account> accountOf(
    const TrainingPlan& plan, const AccountantInfo& accountant, std::optional<double> order)
{
    check(plan);
    if (const auto problem = orderProblem(accountant, order))
        throw Error("the order: " + *problem);
    if (const auto reason = accountant.incompatibility(plan))
        throw Error(*reason);
    std::unique_ptr<Account> account = accountant.open(plan, order);
    for (const NoiseLevel& level : accountant.printed ? plan.rounds : chargedRounds(plan))
        account->add(level);
    return account;
}

Spend spend(
    const TrainingPlan& plan, const AccountantInfo& accountant, double delta, std::optional<double> order)
{
    checkDelta(delta);
    const EpsilonAtOrder found = accountOf(plan, accountant, order)->epsilon(delta);
    Spend result = spendOf(plan, accountant, found, delta);
    if (accountant.remark && !order)
        result.note += accountant.remark(plan, delta, found);
    return result;
}

std::vector<Spend> spendUnderAll(const TrainingPlan& plan, double delta, bool withSlow)
{
    std::vector<Spend> spends;
    for (const AccountantInfo* accountant : accountants())
        if (!accountant->incompatibility(plan) && (withSlow || !accountant->slow))
            spends.push_back(spend(plan, *accountant, delta));
    return spends;
}

} // namespace fedcctr::privacy
