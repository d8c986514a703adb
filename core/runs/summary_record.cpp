// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/summary_record.h"

#include "core/evaluation/references.h"
#include "core/runs/json_fields.h"

namespace fedcctr::runs {

using nlohmann::json;
using namespace fields;

namespace {

using Adversary = Word<privacy::Adversary>;
using Relation = Word<privacy::NeighbouringRelation>;

json roundOrNull(int round)
{
    return round > 0 ? json(round) : json(nullptr);
}

json toJson(const DomainMetricSets& metrics)
{
    json node = json::object();
    addDomains(node, metrics);
    return node;
}

json toJson(const SpendRecord& spend)
{
    return {{"epsilon", spend.epsilon}, {"delta", spend.delta}, {"accountant", spend.accountant},
        {"adversary", spend.adversary.text()}, {"relation", spend.relation.text()}, {"note", spend.note},
        {"standing", spend.standing.text()}, {"order", spend.order > 0 ? json(spend.order) : json(nullptr)}};
}

SpendRecord spendFrom(const json& node)
{
    return {numberOrInfinity(node, "epsilon"), number(node, "delta", 0), text(node, "accountant"),
        Adversary(text(node, "adversary")), Relation(text(node, "relation")), number(node, "order", 0),
        text(node, "note"), Word<privacy::Standing>(text(node, "standing"))};
}

json toJson(const std::optional<PrivatePopularityRecord>& popularity)
{
    if (!popularity)
        return nullptr;
    json node = toJson(popularity->metrics);
    node["epsilon"] = popularity->epsilon;
    node["delta"] = popularity->delta;
    node["accountant"] = popularity->accountant;
    node["adversary"] = popularity->adversary.text();
    node["relation"] = popularity->relation.text();
    return node;
}

std::optional<PrivatePopularityRecord> popularityFrom(const json& node)
{
    if (!node.is_object())
        return {};
    return PrivatePopularityRecord{number(node, "epsilon"), number(node, "delta"),
        Adversary(text(node, "adversary")), Relation(text(node, "relation")), domainsFrom(node),
        text(node, "accountant")};
}

json toJson(const std::optional<AugmentationRecord>& used)
{
    if (!used)
        return nullptr;
    json node{{"backend", used->backend}, {"items", used->items}, {"profiles", used->profiles},
        {"extensions", used->extensions}};
    for (const auto& [domain, lengths] :
        {std::pair("A", &used->lengths[0]), std::pair("B", &used->lengths[1])})
        node[domain] = {{"mean_length", lengths->before}, {"mean_length_augmented", lengths->after},
            {"disliked_per_user", lengths->disliked}};
    return node;
}

std::optional<AugmentationRecord> augmentationFrom(const json& node)
{
    if (!node.is_object())
        return {};
    AugmentationRecord used{
        text(node, "backend"), whole(node, "items"), whole(node, "profiles"), whole(node, "extensions"), {}};
    for (const auto& [domain, lengths] :
        {std::pair("A", &used.lengths[0]), std::pair("B", &used.lengths[1])}) {
        const json& told = part(node, domain);
        *lengths = {number(told, "mean_length", 0), number(told, "mean_length_augmented", 0),
            number(told, "disliked_per_user", 0)};
    }
    return used;
}

json toJson(const MarketSummary& market)
{
    json node{{"name", market.name}, {"users", market.users}, {"items", market.items},
        {"best_round", market.bestRound}, {"test", toJson(market.test)},
        {"validation", toJson(market.validation)}, {"reference", json::object()}, {"privacy", json::array()}};
    for (const auto& [ranker, metrics] : market.references)
        node["reference"][ranker] = toJson(metrics);
    for (const SpendRecord& spend : market.privacy)
        node["privacy"].push_back(toJson(spend));
    return node;
}

MarketSummary marketFrom(const json& node)
{
    MarketSummary market{text(node, "name"), whole(node, "users"), whole(node, "items"),
        whole(node, "best_round"), metricSetFrom(part(node, "test")), metricSetFrom(part(node, "validation")),
        {}, {}};
    if (const json& references = part(node, "reference"); references.is_object())
        for (const auto& [ranker, metrics] : references.items())
            market.references.emplace(ranker, metricSetFrom(metrics));
    if (const json& privacy = part(node, "privacy"); privacy.is_array())
        for (const json& entry : privacy)
            market.privacy.push_back(spendFrom(entry));
    return market;
}

/// The file's changes, if it tells of them.
void readChanges(const json& node, SummaryRecord& summary)
{
    summary.tellsChanges = node.is_array();
    for (std::size_t i = 0; summary.tellsChanges && i < node.size(); ++i)
        summary.changes.push_back({whole(node[i], "round"), text(node[i], "key"), number(node[i], "value")});
}

} // namespace

SpendRecord spendRecordOf(const privacy::Spend& spend)
{
    return {spend.epsilon, spend.delta, spend.accountant, Adversary(spend.adversary),
        Relation(spend.relation), spend.order, spend.note, spend.standing};
}

json toJson(const ForecastRecord& forecast)
{
    if (!forecast.hasStop && std::isnan(forecast.signalWhole))
        return json::object();
    json node{{"signal_to_noise_at_best",
        {{"first_round", orNull(forecast.signalFirst)}, {"last_round", orNull(forecast.signalLast)},
            {"all_rounds", orNull(forecast.signalWhole)}}}};
    if (forecast.hasStop)
        node["stop"] = {{"first_client", roundOrNull(forecast.firstStop)},
            {"all_clients", roundOrNull(forecast.lastStop)}};
    if (forecast.rounds > 0)
        node["rounds"] = forecast.rounds;
    return node;
}

ForecastRecord forecastFrom(const json& node)
{
    const json& stop = part(node, "stop");
    const json& signal = part(node, "signal_to_noise_at_best");
    return {stop.is_object(), whole(stop, "first_client"), whole(stop, "all_clients"),
        number(signal, "first_round"), number(signal, "last_round"), number(signal, "all_rounds"),
        whole(node, "rounds")};
}

json toJson(const SummaryRecord& summary)
{
    json document{{"dataset", summary.dataset}, {"domains", summary.domains}, {"preset", summary.preset},
        {"seed", summary.seed}, {"rounds", summary.rounds}, {"best_round", summary.bestRound},
        {"seconds", orNull(summary.seconds)}, {"reason", summary.reason.text()},
        {"parameters", summary.parameters}, {"device", summary.device}, {"hardware", summary.hardware},
        {"clients", summary.clients}, {"most_uploads", summary.mostUploads}, {"test", toJson(summary.test)},
        {"validation", toJson(summary.validation)}, {"reference", json::object()}, {"privacy", json::array()},
        {"private_popularity", toJson(summary.privatePopularity)}, {"forecast", toJson(summary.forecast)},
        {"augmentation", toJson(summary.augmentation)}};
    for (const ReferenceRecord& reference : summary.references)
        document["reference"][reference.ranker] = toJson(reference.metrics);
    for (const SpendRecord& spend : summary.privacy)
        document["privacy"].push_back(toJson(spend));
    for (const MarketSummary& market : summary.markets)
        document["markets"].push_back(toJson(market));
    if (summary.uploaded > 0)
        document["uploaded"] = summary.uploaded;
    if (!std::isnan(summary.signalToNoise))
        document["signal_to_noise_median"] = summary.signalToNoise;
    if (summary.tellsChanges) {
        document["changed_settings"] = json::array();
        for (const WeightChange& change : summary.changes)
            document["changed_settings"].push_back(
                {{"round", change.round}, {"key", change.key}, {"value", change.value}});
    }
    return document;
}

SummaryRecord summaryFrom(const json& document)
{
    SummaryRecord summary;
    summary.dataset = text(document, "dataset");
    const json& names = part(document, "domains");
    for (std::size_t i = 0; i < 2 && names.is_array() && i < names.size(); ++i)
        if (names[i].is_string())
            summary.domains[i] = names[i].get<std::string>();
    summary.preset = text(document, "preset");
    if (const json& seed = part(document, "seed"); seed.is_number_unsigned())
        summary.seed = seed.get<std::uint64_t>();
    summary.reason = Word<RunState>(text(document, "reason"));
    summary.clients = whole(document, "clients");
    summary.rounds = whole(document, "rounds");
    summary.bestRound = whole(document, "best_round");
    summary.seconds = number(document, "seconds");
    if (const json& parameters = part(document, "parameters"); parameters.is_number_integer())
        summary.parameters = parameters.get<std::int64_t>();
    if (const json& uploaded = part(document, "uploaded"); uploaded.is_number_integer())
        summary.uploaded = uploaded.get<std::int64_t>();
    summary.mostUploads = whole(document, "most_uploads");
    summary.test = domainsFrom(part(document, "test"));
    summary.validation = domainsFrom(part(document, "validation"));
    for (const evaluation::Reference& reference : evaluation::references()) {
        const std::string ranker(reference.name);
        if (const json& metrics = part(part(document, "reference"), ranker.c_str()); metrics.is_object())
            summary.references.push_back({ranker, domainsFrom(metrics)});
    }
    if (const json& markets = part(document, "markets"); markets.is_array())
        for (const json& market : markets)
            summary.markets.push_back(marketFrom(market));
    summary.privatePopularity = popularityFrom(part(document, "private_popularity"));
    if (const json& privacy = part(document, "privacy"); privacy.is_array())
        for (const json& entry : privacy)
            summary.privacy.push_back(spendFrom(entry));
    summary.forecast = forecastFrom(part(document, "forecast"));
    summary.augmentation = augmentationFrom(part(document, "augmentation"));
    summary.signalToNoise = number(document, "signal_to_noise_median");
    summary.device = text(document, "device");
    summary.hardware = text(document, "hardware");
    readChanges(part(document, "changed_settings"), summary);
    return summary;
}

} // namespace fedcctr::runs
