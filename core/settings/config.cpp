// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/settings/config.h"

#include "core/base/arguments.h"
#include "core/base/error.h"
#include "core/base/numbers.h"
#include "core/model/vector_set.h"
#include "core/models/specs/registry.h"
#include "core/models/specs/wide.h"
#include "core/privacy/accountant.h"
#include "core/privacy/mechanisms.h"
#include "core/settings/config_table.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

namespace fedcctr::settings {

using nlohmann::json;

namespace {

std::string rangeText(const Field& field)
{
    std::ostringstream out;
    out.precision(12);
    if (field.type == FieldType::Choice) {
        out << "one of";
        for (const std::string& word : field.choices)
            out << ' ' << word;
    } else if (field.type == FieldType::Bool) {
        out << "true or false";
    } else if (field.type == FieldType::Text) {
        out << "a text";
    } else {
        out << (field.type == FieldType::Integer ? "a whole number" : "a number") << " from " << field.least
            << " to " << field.most;
    }
    return out.str();
}

[[noreturn]] void refuse(const Field& field, const std::string& found, const std::string& source)
{
    throw Error(source + field.key + ": " + found + " is not allowed; give " + rangeText(field));
}

/// The field of a key that stands in a file.
const Field& fieldIn(const std::string& source, const std::string& key)
{
    try {
        return field(key);
    } catch (const Error& error) {
        throw Error(source + error.what());
    }
}

/// Checks the range and writes. `found` is what the message shows.
void assign(Config& config, const Field& field, const Value& value, const std::string& found,
    const std::string& source)
{
    if (const auto* number = std::get_if<double>(&value)) {
        if (!(*number >= field.least && *number <= field.most))
            refuse(field, found, source);
    } else if (const auto* integer = std::get_if<std::int64_t>(&value);
               integer && field.type == FieldType::Integer) {
        if (static_cast<double>(*integer) < field.least || static_cast<double>(*integer) > field.most)
            refuse(field, found, source);
    }
    field.write(config, value);
}

Value choiceValue(const Field& field, const std::string& word, const std::string& source)
{
    const auto found = std::ranges::find(field.choices, word);
    if (found == field.choices.end())
        refuse(field, "'" + word + "'", source);
    return Value(static_cast<std::int64_t>(found - field.choices.begin()));
}

Value valueFromJson(const Field& field, const json& node, const std::string& source)
{
    switch (field.type) {
    case FieldType::Bool:
        if (node.is_boolean())
            return node.get<bool>();
        break;
    case FieldType::Integer:
        if (node.is_number_integer())
            return node.get<std::int64_t>();
        break;
    case FieldType::Number:
        if (node.is_number())
            return node.get<double>();
        break;
    case FieldType::Text:
        if (node.is_string())
            return node.get<std::string>();
        break;
    case FieldType::Choice:
        if (node.is_string())
            return choiceValue(field, node.get<std::string>(), source);
        break;
    }
    refuse(field, node.dump(), source);
}

Value valueFromText(const Field& field, const std::string& text)
{
    switch (field.type) {
    case FieldType::Bool:
        if (text == "true" || text == "on" || text == "1")
            return true;
        if (text == "false" || text == "off" || text == "0")
            return false;
        break;
    case FieldType::Integer:
        if (const auto integer = numberIn<std::int64_t>(text))
            return *integer;
        break;
    case FieldType::Number:
        if (const auto number = numberIn<double>(text); number && std::isfinite(*number))
            return *number;
        break;
    case FieldType::Text:
        return text;
    case FieldType::Choice:
        return choiceValue(field, text, "");
    }
    refuse(field, "'" + text + "'", "");
}

json valueToJson(const Field& field, const Value& value)
{
    if (field.type == FieldType::Choice)
        return field.choices.at(static_cast<std::size_t>(std::get<std::int64_t>(value)));
    return std::visit([](const auto& held) { return json(held); }, value);
}

std::string shown(const Field& field, const Value& value)
{
    const json node = valueToJson(field, value);
    return node.is_string() ? node.get<std::string>() : node.dump();
}

} // namespace

const Field& field(std::string_view key)
{
    const auto found = std::ranges::find(fields(), key, &Field::key);
    if (found != fields().end())
        return *found;
    std::vector<std::string> keys;
    for (const Field& known : fields())
        keys.push_back(known.key);
    const std::string nearest = nearestWord(std::string(key), keys);
    throw Error(std::string(key) + ": unknown setting"
        + (nearest.empty() ? "; 'fedcctr train --list-settings' shows all"
                           : "; did you mean " + nearest + "?"));
}

void setFromText(Config& config, std::string_view assignment)
{
    const std::size_t equals = assignment.find('=');
    if (equals == std::string_view::npos)
        throw Error("--set " + std::string(assignment) + ": give key=value, e.g. --set loss.lambda1=0.3");
    const Field& target = field(assignment.substr(0, equals));
    const std::string text(assignment.substr(equals + 1));
    assign(config, target, valueFromText(target, text), "'" + text + "'", "");
}

void readJson(Config& config, const json& document, const std::string& source)
{
    const std::string place = source.empty() ? "" : source + ": ";
    if (!document.is_object())
        throw Error(place + "settings must be one JSON object, e.g. {\"loss\": {\"lambda1\": 0.3}}");
    for (const auto& [name, node] : document.items()) {
        if (name == "preset" && node.is_string()) {
            config.preset = node.get<std::string>();
        } else if (name == "summary" && node.is_string()) {
            continue; // a preset's sentence for the reader
        } else if (node.is_object()) {
            for (const auto& [key, value] : node.items()) {
                const std::string full = name + "." + key;
                const Field& target = fieldIn(place, full);
                assign(config, target, valueFromJson(target, value, place), value.dump(), place);
            }
        } else {
            const Field& target = fieldIn(place, name);
            assign(config, target, valueFromJson(target, node, place), node.dump(), place);
        }
    }
}

bool isWritten(const Field& field, const Config& config)
{
    return !model::knownModel(field.section()) || field.section() == config.model.architecture
        || field.read(config) != field.fallback();
}

json toJson(const Config& config)
{
    json document{{"preset", config.preset}};
    for (const Field& field : fields())
        if (isWritten(field, config))
            document[field.section()][field.key.substr(field.key.find('.') + 1)] =
                valueToJson(field, field.read(config));
    return document;
}

namespace {

using Problems = std::vector<std::string>;

void checkBand(const Config& config, Problems& found)
{
    const privacy::PrivacyOptions& privacy = config.privacy;
    if (privacy.correlation == privacy::Correlation::None)
        return;
    if (privacy.schedule == privacy::Schedule::AdaLdp && privacy.decayRate < 1)
        found.push_back("privacy.correlation: banded noise needs the same sigma in all rounds; set "
                        "privacy.schedule to static");
    if (privacy.clipping == privacy::Clipping::Adaptive)
        found.push_back(
            "privacy.clipping: banded noise needs the same clip norm in all rounds; set it to whole or "
            "per-layer");
    if (privacy.adversary == privacy::Adversary::Local)
        found.push_back(
            "privacy.correlation: clients that noise their own uploads cannot take back each other's "
            "noise of earlier rounds; set privacy.adversary to aggregate");
    if (privacy.adversary == privacy::Adversary::ReleasedModel)
        found.push_back("privacy.correlation: no accountant here amplifies banded noise by sampling; set "
                        "privacy.adversary to aggregate");
    const int period = config.federation.cyclePeriod();
    if (config.federation.sampling != federation::Sampling::Cyclic || period < privacy.band)
        found.push_back("privacy.band: banded noise lets a client send once in "
            + std::to_string(privacy.band)
            + " rounds; set federation.sampling to cyclic and federation.rate to at most 1/"
            + std::to_string(privacy.band));
    if (privacy.dropout > 0)
        found.emplace_back("privacy.dropout: is not simulated with banded noise; set it to 0");
}

/// What the trust model, the mechanism and the sampler must agree on.
void checkPrivacy(const Config& config, Problems& found)
{
    const privacy::PrivacyOptions& privacy = config.privacy;
    if (privacy.schedule == privacy::Schedule::None)
        return;
    checkBand(config, found);
    if (privacy.clipping == privacy::Clipping::Adaptive
        && 2 * privacy.clipCountNoise <= privacy.noiseMultiplier)
        found.push_back("privacy.clip_count_noise: twice this must exceed privacy.noise_multiplier = "
            + general(privacy.noiseMultiplier) + ", or nothing of the budget is left for the gradient");
    if (config.loss.seenNegatives)
        found.emplace_back(
            "loss.seen_negatives: the items that occur in other clients' events would shape each "
            "upload, which no accountant here charges; set it to false, or privacy.schedule to none");
    for (const model::SharedKnowledge& setting : model::sharedKnowledge(config.model))
        found.push_back(setting.key
            + ": other clients' events would shape each upload and each score, which no accountant here "
              "charges; set it to "
            + setting.off + ", or privacy.schedule to none");
    const bool histogram = config.model.prior == model::Prior::Histogram;
    if (histogram != (privacy.histogramNoise > 0))
        found.emplace_back(histogram
                ? "privacy.histogram_noise: model.prior = histogram reads the clients' items; give it noise"
                : "privacy.histogram_noise: no histogram is taken; set it to 0, or model.prior to histogram");
    if (histogram && privacy.histogramNoise > 0) {
        const double spent = privacy::gaussianExactEpsilon(
            privacy::histogramMuSquared(privacy.relation, privacy.histogramNoise), privacy.delta);
        if (spent > privacy.epsilon)
            found.push_back("privacy.histogram_noise: the histogram alone spends epsilon " + general(spent, 4)
                + " of " + general(privacy.epsilon, 4) + "; give it more noise");
    }
    if (privacy.dropout > 0 && privacy.adversary != privacy::Adversary::Aggregate)
        found.emplace_back("privacy.dropout: drop-outs are simulated behind secure aggregation; set "
                           "privacy.adversary to aggregate, or this to 0");
    if (privacy.adversary == privacy::Adversary::ReleasedModel
        && privacy.charge != privacy::Charge::EveryRound)
        found.emplace_back("privacy.charge: who took part is secret against released-model, so all clients "
                           "pay for every round; set it to every-round");
}

void checkModel(const model::ModelOptions& model, Problems& found)
{
    const model::ModelInfo& info = model::modelInfo(model.architecture);
    if (info.problems)
        for (std::string& problem : info.problems(model))
            found.push_back(std::move(problem));
    if (model.vectors != model::kTfIdf) {
        if (const std::string problem = model::vectorsNameProblem(model.vectors); !problem.empty())
            found.push_back("model.vectors: " + problem);
        if (!model.vectorsFile.empty())
            found.emplace_back(
                "model.vectors: a set of vectors and a file of vectors (model.vectors_file) are "
                "both named; set model.vectors to tf-idf, or model.vectors_file to nothing");
    }
    if (model.prior != model::Prior::None && !info.reads("model.prior"))
        found.push_back("model.prior: " + info.title
            + " (model.architecture) has no popularity prior; set it to none, or the architecture to "
              "private-head");
}

} // namespace

std::vector<std::string> problems(const Config& config)
{
    Problems found;
    checkModel(config.model, found);
    const std::string& device = config.run.device;
    if (device != "auto" && device != "cpu" && device != "cuda"
        && !(device.starts_with("cuda:") && numberIn<int>(device.substr(5)).value_or(-1) >= 0))
        found.push_back("run.device: '" + device + "' is not auto, cpu, cuda or cuda:n");
    if (config.federation.mode == federation::Mode::Central && config.federation.localSteps > 1)
        found.emplace_back(
            "federation.local_steps: central training has no clients that could take steps of their own; "
            "set it to 1");
    if (config.federation.mode == federation::Mode::Central
        && config.privacy.schedule != privacy::Schedule::None)
        found.emplace_back("privacy.schedule: central training has no uploads to protect; set it to none, or "
                           "federation.mode to federated");
    checkPrivacy(config, found);
    return found;
}

void validate(const Config& config)
{
    if (const Problems found = problems(config); !found.empty())
        throw Error(found.front());
}

std::string settingsTable()
{
    std::ostringstream out;
    out << "| setting | symbol | default | range | meaning |\n| --- | --- | --- | --- | --- |\n";
    for (const Field& field : fields())
        out << "| `" << field.key << "` | " << field.symbol << " | " << shown(field, field.fallback())
            << " | " << rangeText(field) << " | " << field.label << ": " << field.help
            << (field.unit.empty() ? "" : " [" + field.unit + "]") << " |\n";
    return out.str();
}

} // namespace fedcctr::settings
