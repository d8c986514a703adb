// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/round_loss.h"

#include "core/base/files.h"
#include "core/runs/json_fields.h"
#include "core/settings/config_table.h"

#include <algorithm>
#include <cctype>

namespace fedcctr::runs {

using nlohmann::json;

namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

std::string lowered(std::string text)
{
    std::ranges::transform(
        text, text.begin(), [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return text;
}

/// NaN for a setting that is none or no number.
double numberOf(const settings::Config& config, std::string_view key)
{
    const auto found = std::ranges::find(settings::fields(), key, &settings::Field::key);
    if (found == settings::fields().end())
        return kMissing;
    const settings::Value value = found->read(config);
    const auto* number = std::get_if<double>(&value);
    return number ? *number : kMissing;
}

json termJson(const LossTerm& term)
{
    json node{{"name", term.name}, {"mean", fields::orNull(term.mean)}};
    if (term.isWeighted()) {
        node["setting"] = term.setting;
        node["weight"] = fields::orNull(term.weight);
    }
    return node;
}

} // namespace

const LossTerm* RoundLoss::term(std::string_view name) const
{
    const auto found = std::ranges::find(terms, name, &LossTerm::name);
    return found == terms.end() ? nullptr : &*found;
}

double RoundLoss::mean(std::string_view name) const
{
    const LossTerm* found = term(name);
    return found ? found->mean : kMissing;
}

double RoundLoss::weight(std::string_view name) const
{
    const LossTerm* found = term(name);
    return found ? found->weight : kMissing;
}

double RoundLoss::weighted(std::string_view name) const
{
    const LossTerm* found = term(name);
    return found ? found->weighted() : kMissing;
}

void RoundLoss::clearMeans()
{
    total = kMissing;
    for (LossTerm& term : terms)
        term.mean = kMissing;
}

std::string labelOf(const LossTerm& term)
{
    if (term.name == kTermA)
        return "Lᴬ";
    if (term.name == kTermB)
        return "Lᴮ";
    if (!term.isWeighted())
        return term.name;
    const auto found = std::ranges::find(settings::fields(), term.setting, &settings::Field::key);
    const bool hasSymbol = found != settings::fields().end() && !found->symbol.empty();
    return (hasSymbol ? found->symbol : weightColumnOf(term)) + "·" + term.name;
}

std::string columnOf(const LossTerm& term)
{
    return lowered(term.name);
}

std::string weightColumnOf(const LossTerm& term)
{
    return term.setting.substr(term.setting.find('.') + 1);
}

void addLoss(json& line, const RoundLoss& loss)
{
    const auto isThere = [](const LossTerm& term) { return !std::isnan(term.mean); };
    line["loss"] = nullptr;
    if (!std::isnan(loss.total) || std::ranges::any_of(loss.terms, isThere)) {
        line["loss"] = {{"total", fields::orNull(loss.total)}};
        for (const LossTerm& term : loss.terms)
            line["loss"][columnOf(term)] = fields::orNull(term.mean);
    }
    line["terms"] = json::array();
    for (const LossTerm& term : loss.terms) {
        line["terms"].push_back(termJson(term));
        if (term.isWeighted())
            line[weightColumnOf(term)] = fields::orNull(term.weight);
    }
}

RoundLoss lossFrom(const json& line)
{
    const json& loss = fields::part(line, "loss");
    RoundLoss found{fields::number(loss, "total"), {}};
    const json& terms = fields::part(line, "terms");
    if (!terms.is_array()) {
        found.terms = {{std::string(kTermA), fields::number(loss, "a")},
            {std::string(kTermB), fields::number(loss, "b")},
            {"IDRA", fields::number(loss, "idra"), std::string(kLambda1Key), fields::number(line, "lambda1")},
            {"CDRD", fields::number(loss, "cdrd"), std::string(kLambda2Key),
                fields::number(line, "lambda2")}};
        return found;
    }
    for (const json& node : terms)
        if (LossTerm term{fields::text(node, "name"), fields::number(node, "mean"),
                fields::text(node, "setting"), fields::number(node, "weight")};
            !term.name.empty())
            found.terms.push_back(std::move(term));
    return found;
}

double weightIn(int round, std::string_view key, double configured, std::span<const WeightChange> changes)
{
    double value = configured;
    for (const WeightChange& change : changes)
        if (change.key == key && change.round < round)
            value = change.value;
    return value;
}

double weightIn(
    int round, std::string_view key, const settings::Config& config, std::span<const WeightChange> changes)
{
    return weightIn(round, key, numberOf(config, key), changes);
}

void completeWeights(
    RoundLoss& loss, int round, const settings::Config& config, std::span<const WeightChange> changes)
{
    for (LossTerm& term : loss.terms)
        if (term.isWeighted() && std::isnan(term.weight))
            term.weight = weightIn(round, term.setting, config, changes);
}

std::vector<WeightChange> readWeightChanges(const std::filesystem::path& eventsFile)
{
    std::vector<WeightChange> changes;
    std::error_code failed;
    if (!std::filesystem::exists(eventsFile, failed))
        return changes;
    LineReader lines(eventsFile);
    for (std::string line; lines.next(line);) {
        // Most lines tell of checkpoints.
        if (line.find("\"setting\"") == std::string::npos)
            continue;
        const json node = json::parse(line, nullptr, false);
        if (!node.is_object() || node.value("type", json()) != "event"
            || node.value("event", json()) != "setting")
            continue;
        const json key = node.value("key", json());
        const json value = node.value("value", json());
        const json round = node.value("round", json());
        if (key.is_string() && value.is_number() && round.is_number_integer())
            changes.push_back({round.get<int>(), key.get<std::string>(), value.get<double>()});
    }
    return changes;
}

} // namespace fedcctr::runs
