// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/round_record.h"

#include "core/runs/json_fields.h"

namespace fedcctr::runs {

using nlohmann::json;
using namespace fields;

namespace {

using Relation = Word<privacy::NeighbouringRelation>;

json toJson(const BudgetRecord& budget)
{
    json node{{"accountant", budget.accountant}, {"adversary", budget.adversary.text()},
        {"relation", budget.relation.text()}, {"delta", orNull(budget.delta)},
        {"limit", orNull(budget.limit)},
        {"spent",
            {{"min", orNull(budget.least)}, {"median", orNull(budget.median)}, {"max", orNull(budget.most)}}},
        {"active", budget.active}, {"clients", budget.clients}};
    if (const auto& rigorous = budget.rigorous)
        node["rigorous"] = {{"accountant", rigorous->accountant}, {"relation", rigorous->relation.text()},
            {"delta", orNull(rigorous->delta)}, {"max", rigorous->most}};
    return node;
}

BudgetRecord budgetFrom(const json& node)
{
    const json& spent = part(node, "spent");
    BudgetRecord record{text(node, "accountant"), Word<privacy::Adversary>(text(node, "adversary")),
        Relation(text(node, "relation")), number(node, "delta"), number(node, "limit"), number(spent, "min"),
        number(spent, "median"), number(spent, "max"), whole(node, "active"), whole(node, "clients"), {}};
    if (const json& rigorous = part(node, "rigorous"); rigorous.is_object())
        record.rigorous = RigorousRecord{text(rigorous, "accountant"), Relation(text(rigorous, "relation")),
            number(rigorous, "delta"), numberOrInfinity(rigorous, "max")};
    return record;
}

MarketRound marketFrom(const json& node)
{
    const json& answered = part(node, "answered");
    MarketRound market{text(node, "name"), !answered.is_boolean() || answered.get<bool>(), {}};
    if (const json& values = part(node, "values"); values.is_object())
        for (const auto& [name, value] : values.items())
            if (value.is_number())
                market.values.emplace(name, value.get<double>());
    return market;
}

/// Earlier programs wrote 0 where there is nothing.
void clearSilent(RoundRecord& record)
{
    record.loss.clearMeans();
    record.clipped = record.normMedian = record.normMost = record.signalToNoise =
        std::numeric_limits<double>::quiet_NaN();
}

} // namespace

double MarketRound::at(const std::string& figure) const
{
    const auto found = values.find(figure);
    return found == values.end() ? std::numeric_limits<double>::quiet_NaN() : found->second;
}

json toJson(const RoundRecord& round)
{
    json line{{"type", "round"}, {"round", round.round}, {"seconds", orNull(round.seconds)},
        {"clients", count(round.clients)}, {"clip_norm", orNull(round.clipNorm)},
        {"clipped", orNull(round.clipped)}, {"gradient_norm", nullptr}};
    addLoss(line, round.loss);
    if (!std::isnan(round.normMedian))
        line["gradient_norm"] = {{"median", round.normMedian}, {"max", orNull(round.normMost)}};
    if (!std::isnan(round.sigma) || round.budget) {
        line["sigma"] = orNull(round.sigma);
        line["signal_to_noise"] = orNull(round.signalToNoise);
    }
    if (round.budget)
        line["budget"] = toJson(*round.budget);
    if (!round.evaluation[0].isEmpty() || !round.evaluation[1].isEmpty()) {
        line["evaluation"] = {{"split", "validation"}, {"users", round.evaluationUsers}};
        addDomains(line["evaluation"], round.evaluation);
    }
    if (!round.phase.empty())
        line["phase"] = round.phase;
    for (const MarketRound& market : round.markets)
        line["markets"].push_back(
            {{"name", market.name}, {"answered", market.answered}, {"values", market.values}});
    return line;
}

RoundRecord roundFrom(const json& line)
{
    RoundRecord record;
    record.round = whole(line, "round");
    record.seconds = number(line, "seconds");
    record.clients = number(line, "clients");
    record.loss = lossFrom(line);
    record.clipped = number(line, "clipped");
    record.clipNorm = number(line, "clip_norm");
    const json& norm = part(line, "gradient_norm");
    record.normMedian = number(norm, "median");
    record.normMost = number(norm, "max");
    record.sigma = number(line, "sigma");
    record.signalToNoise = number(line, "signal_to_noise");
    if (const json& budget = part(line, "budget"); budget.is_object())
        record.budget = budgetFrom(budget);
    const json& evaluation = part(line, "evaluation");
    record.evaluation = domainsFrom(evaluation);
    record.evaluationUsers = whole(evaluation, "users");
    record.phase = text(line, "phase");
    if (const json& markets = part(line, "markets"); markets.is_array())
        for (const json& market : markets)
            record.markets.push_back(marketFrom(market));
    if (record.isSilent())
        clearSilent(record);
    return record;
}

} // namespace fedcctr::runs
