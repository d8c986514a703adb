// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/privacy/guarantee.h"

#include "core/base/error.h"
#include "core/privacy/composition.h"
#include "core/privacy/loss_distribution.h"

#include <cmath>
#include <limits>
#include <sstream>

namespace fedcctr::privacy {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr const char* kThreePointName = "rdp-three-point";

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

void check(const TrainingPlan& plan, double delta, std::optional<double> order)
{
    if (!(delta > 0 && delta < 1))
        reject("delta", delta, "between 0 and 1");
    if (!(plan.rate >= 0 && plan.rate <= 1))
        reject("the sampling rate", plan.rate, "in [0, 1]");
    if (!(plan.otherMuSquared >= 0))
        reject("the other releases' (Delta/sigma)^2", plan.otherMuSquared, "a number from 0");
    if (order && !(*order > 1 && std::isfinite(*order)))
        reject("the order", *order, "a number above 1");
    checkLevels(plan.rounds);
    checkLevels(plan.participations);
}

template <typename Cost> double summedOver(const std::vector<NoiseLevel>& rounds, Cost cost)
{
    double sum = 0;
    for (const NoiseLevel& level : rounds)
        if (level.rounds > 0)
            sum += level.rounds * cost(level.sigma);
    return sum;
}

EpsilonAtOrder eq27(const TrainingPlan& plan, double order)
{
    return {summedOver(plan.rounds, [&](double sigma) { return paperEq27Cost(1, sigma, plan.rate, order); }),
        order};
}

double appendixASum(const TrainingPlan& plan, double alpha)
{
    // Its relation is that of a replaced client.
    return alpha * plan.otherMuSquaredOfReplacing() / 2 + summedOver(plan.rounds, [&](double sigma) {
        return paperAppendixACost(1, sigma, plan.rate, alpha);
    });
}

/// The least over the paper's orders, or at the given one.
EpsilonAtOrder appendixA(const TrainingPlan& plan, double delta, std::optional<double> order)
{
    if (order && *order < 2)
        reject("the order of Appendix A", *order, "2 or more: below, the printed rule is no upper bound");
    const double only = order.value_or(0);
    const std::span<const double> orders = order ? std::span(&only, 1) : paperOrders();
    std::vector<double> sums;
    for (const double alpha : orders)
        sums.push_back(appendixASum(plan, alpha));
    return epsilonFromRenyiProp3(orders, sums, delta);
}

/// The least over all orders from 2: golden section on ln alpha, since the epsilon has one minimum.
EpsilonAtOrder bestAppendixA(const TrainingPlan& plan, double delta)
{
    const auto epsilonAt = [&](double logOrder) {
        const double alpha = std::exp(logOrder);
        return appendixASum(plan, alpha) - std::log(delta) / (alpha - 1);
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

EpsilonAtOrder renyi(const TrainingPlan& plan, double delta, std::optional<double> order, RenyiCurve curve)
{
    const double only = order.value_or(0);
    return composedEpsilon(plan, delta, order ? std::span(&only, 1) : renyiOrders(), curve);
}

EpsilonAtOrder epsilonOf(
    const TrainingPlan& plan, AccountantKind kind, double delta, std::optional<double> order)
{
    switch (kind) {
    case AccountantKind::PaperEq27:
        return eq27(plan, order.value_or(2));
    case AccountantKind::PaperAppendixA:
        return appendixA(plan, delta, order);
    case AccountantKind::Gaussian:
        return {gaussianExactEpsilon(muSquaredOf(plan), delta), 0};
    case AccountantKind::Rdp:
        return renyi(plan, delta, order, RenyiCurve::Certified);
    case AccountantKind::Pld:
        return {LossDistribution(plan).epsilonAt(delta), 0};
    }
    return {kInfinity, 0};
}

bool isUnamplifiedRelease(const TrainingPlan& plan)
{
    return plan.adversary == Adversary::ReleasedModel && !plan.amplified();
}

std::string eq27Note(const TrainingPlan& plan)
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

std::string appendixNote(const TrainingPlan& plan)
{
    const std::string grid = " The paper tries the orders 2, 4, 8, 16, 32 and 64 only, which adds to it.";
    if (standingOf(plan, AccountantKind::PaperAppendixA) == Standing::NotABound)
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

/// What the best order would give, where the paper's few orders miss it.
std::string gridNote(const TrainingPlan& plan, double delta, const EpsilonAtOrder& found)
{
    const EpsilonAtOrder best = bestAppendixA(plan, delta);
    constexpr double kWorthSaying = 0.99;
    if (!(best.epsilon < kWorthSaying * found.epsilon))
        return {};
    std::ostringstream text;
    text.precision(3);
    text << " Order " << best.order << " would give " << best.epsilon << '.';
    return text.str();
}

std::string gaussianNote(const TrainingPlan& plan)
{
    if (plan.adversary == Adversary::ReleasedModel)
        return "Exact composition over all rounds as if everybody took part in each: valid, and loose where "
               "sampling stays secret.";
    return "Exact composition over the client's uploads (Balle and Wang 2018); sampling does not help "
           "against who "
           "sees them.";
}

std::string numericallyVerified()
{
    return " For a replaced client the worst case over the three means is verified numerically, not proved.";
}

std::string rdpNote(const TrainingPlan& plan)
{
    if (isUnamplifiedRelease(plan))
        return "Renyi composition over all rounds; everybody takes part or the plan is known, so nothing is "
               "amplified.";
    if (!plan.amplified())
        return "Renyi composition over the client's uploads, without amplification by sampling.";
    if (plan.sampling == ClientSampling::Fixed)
        return "Renyi composition over all rounds with sampling without replacement (Wang et al. 2019), "
               "certified.";
    return "Renyi composition over all rounds with Poisson sampling (Mironov et al. 2019)."
        + (plan.relation == NeighbouringRelation::Replace ? numericallyVerified() : std::string());
}

std::string pldNote(const TrainingPlan& plan)
{
    if (!plan.amplified())
        return "Privacy loss distribution; without amplification it is the exact Gaussian one.";
    return "Privacy loss distribution over all rounds with Poisson sampling, rounded up: the tight curve."
        + (plan.relation == NeighbouringRelation::Replace ? numericallyVerified() : std::string());
}

Spend threePoint(const TrainingPlan& plan, double delta)
{
    const EpsilonAtOrder found = renyi(plan, delta, {}, RenyiCurve::ThreePoint);
    return {found.epsilon, delta, kThreePointName, found.order, nameOf(plan.adversary), nameOf(plan.relation),
        "Sampling without replacement by the formula of Poisson sampling: sharper than the certified number, "
        "and verified numerically rather than proved.",
        Standing::Bound};
}

} // namespace

std::string nameOf(AccountantKind kind)
{
    switch (kind) {
    case AccountantKind::PaperEq27:
        return "eq27";
    case AccountantKind::PaperAppendixA:
        return "appendix-a";
    case AccountantKind::Gaussian:
        return "gaussian";
    case AccountantKind::Rdp:
        return "rdp";
    case AccountantKind::Pld:
        return "pld";
    }
    return {};
}

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

std::optional<std::string> incompatibility(const TrainingPlan& plan, AccountantKind kind)
{
    if (!plan.amplified() || plan.sampling != ClientSampling::Fixed)
        return {};
    if (kind == AccountantKind::Pld)
        return "the accountant pld does not know sampling without replacement; use poisson sampling or the "
               "accountant rdp";
    if (kind == AccountantKind::Rdp && plan.relation == NeighbouringRelation::AddRemove)
        return "the accountant rdp knows sampling without replacement only for the relation replace, since a "
               "cohort "
               "of fixed size stays one when a client is replaced; use the relation replace or poisson "
               "sampling";
    return {};
}

std::string noteOf(const TrainingPlan& plan, AccountantKind kind)
{
    switch (kind) {
    case AccountantKind::PaperEq27:
        return eq27Note(plan);
    case AccountantKind::PaperAppendixA:
        return appendixNote(plan);
    case AccountantKind::Gaussian:
        return gaussianNote(plan);
    case AccountantKind::Rdp:
        return rdpNote(plan);
    case AccountantKind::Pld:
        return pldNote(plan);
    }
    return {};
}

NeighbouringRelation relationOf(AccountantKind kind, NeighbouringRelation configured)
{
    if (kind == AccountantKind::PaperEq27)
        return NeighbouringRelation::AddRemove;
    return kind == AccountantKind::PaperAppendixA ? NeighbouringRelation::Replace : configured;
}

Standing standingOf(const TrainingPlan& plan, AccountantKind kind)
{
    switch (kind) {
    case AccountantKind::PaperEq27:
        return Standing::NotABound;
    case AccountantKind::PaperAppendixA: {
        const bool secret =
            plan.adversary == Adversary::ReleasedModel && plan.sampling == ClientSampling::Poisson;
        return secret || plan.rate == 1 ? Standing::Loose : Standing::NotABound;
    }
    case AccountantKind::Gaussian:
        return plan.amplified() ? Standing::Loose : Standing::Bound;
    case AccountantKind::Rdp:
    case AccountantKind::Pld:
        break;
    }
    return Standing::Bound;
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

Spend spendOf(const TrainingPlan& plan, AccountantKind kind, const EpsilonAtOrder& found, double delta)
{
    Spend result{found.epsilon, kind == AccountantKind::PaperEq27 ? 0 : delta, nameOf(kind), found.order,
        nameOf(plan.adversary), nameOf(relationOf(kind, plan.relation)), noteOf(plan, kind),
        standingOf(plan, kind)};
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

Spend spend(const TrainingPlan& plan, AccountantKind kind, double delta, std::optional<double> order)
{
    check(plan, delta, order);
    if (const auto reason = incompatibility(plan, kind))
        throw Error(*reason);
    const EpsilonAtOrder found = epsilonOf(plan, kind, delta, order);
    Spend result = spendOf(plan, kind, found, delta);
    if (kind == AccountantKind::PaperAppendixA && !order)
        result.note += gridNote(plan, delta, found);
    return result;
}

std::vector<Spend> spendUnderAll(const TrainingPlan& plan, double delta, bool withPld)
{
    check(plan, delta, {});
    std::vector<Spend> spends;
    for (const AccountantKind kind : {AccountantKind::PaperEq27, AccountantKind::PaperAppendixA,
             AccountantKind::Gaussian, AccountantKind::Rdp, AccountantKind::Pld}) {
        if (incompatibility(plan, kind) || (kind == AccountantKind::Pld && !withPld))
            continue;
        spends.push_back(spend(plan, kind, delta));
        if (kind == AccountantKind::Rdp && plan.amplified() && plan.sampling == ClientSampling::Fixed)
            spends.push_back(threePoint(plan, delta));
    }
    return spends;
}

} // namespace fedcctr::privacy
