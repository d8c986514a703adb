// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runs/enginemessages.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <limits>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

/// JSON has no NaN: null stands for it.
double number(const QJsonValue& value)
{
    return value.toDouble(std::numeric_limits<double>::quiet_NaN());
}

std::optional<double> optionalNumber(const QJsonValue& value)
{
    return value.isDouble() ? std::optional(value.toDouble()) : std::nullopt;
}

HelloMessage hello(const QJsonObject& json)
{
    HelloMessage message;
    message.protocol = json["protocol"_L1].toInt();
    message.version = json["version"_L1].toString();
    message.run = json["run"_L1].toString();
    const QJsonObject dataset = json["dataset"_L1].toObject();
    message.dataset = dataset["name"_L1].toString();
    const QJsonArray domains = dataset["domains"_L1].toArray();
    message.domains = {domains.at(0).toString(u"A"_s), domains.at(1).toString(u"B"_s)};
    message.users = dataset["users"_L1].toInt();
    message.config = json["config"_L1].toObject();
    message.data = json["data"_L1].toObject();
    message.rounds = json["rounds"_L1].toInt();
    message.firstRound = json["first_round"_L1].toInt(1);
    message.parameters = json["parameters"_L1].toInteger();
    message.device = json["device"_L1].toString();
    message.threads = json["threads"_L1].toInt();
    const QJsonObject stop = json["forecast"_L1]["stop"_L1].toObject();
    message.firstStop = stop["first_client"_L1].toInt();
    message.lastStop = stop["all_clients"_L1].toInt();
    return message;
}

std::array<std::optional<Quality>, 2> qualities(const QJsonObject& json)
{
    return {qualityFrom(json["A"_L1]), qualityFrom(json["B"_L1])};
}

BudgetReport budget(const QJsonObject& json)
{
    const QJsonObject spent = json["spent"_L1].toObject();
    BudgetReport report{json["accountant"_L1].toString(), json["adversary"_L1].toString(),
        json["delta"_L1].toDouble(), number(json["limit"_L1]), number(spent["min"_L1]),
        number(spent["median"_L1]), number(spent["max"_L1]), json["active"_L1].toInt(),
        json["clients"_L1].toInt(), {}};
    if (const QJsonObject rigorous = json["rigorous"_L1].toObject(); !rigorous.isEmpty())
        report.rigorous =
            RigorousReport{rigorous["accountant"_L1].toString(), rigorous["delta"_L1].toDouble(),
                rigorous["max"_L1].toDouble(std::numeric_limits<double>::infinity())};
    return report;
}

/// Engines of earlier versions wrote 0 where nobody had sent anything.
void clearSilent(RoundMessage& message)
{
    message.loss.clearTerms();
    message.clipped.reset();
    message.normMedian.reset();
    message.normMost.reset();
    message.signalToNoise.reset();
}

RoundMessage round(const QJsonObject& json)
{
    const QJsonObject loss = json["loss"_L1].toObject();
    RoundMessage message;
    message.round = json["round"_L1].toInt();
    message.seconds = number(json["seconds"_L1]);
    message.clients = json["clients"_L1].toInt();
    message.loss = {number(loss["total"_L1]), number(loss["a"_L1]), number(loss["b"_L1]),
        number(loss["idra"_L1]), number(loss["cdrd"_L1]), number(json["lambda1"_L1]),
        number(json["lambda2"_L1])};
    message.clipped = optionalNumber(json["clipped"_L1]);
    message.clipNorm = optionalNumber(json["clip_norm"_L1]);
    const QJsonObject norm = json["gradient_norm"_L1].toObject();
    message.normMedian = optionalNumber(norm["median"_L1]);
    message.normMost = optionalNumber(norm["max"_L1]);
    message.signalToNoise = optionalNumber(json["signal_to_noise"_L1]);
    message.sigma = optionalNumber(json["sigma"_L1]);
    if (json["budget"_L1].isObject())
        message.budget = budget(json["budget"_L1].toObject());
    message.quality = qualities(json["evaluation"_L1].toObject());
    if (json["clients"_L1].isDouble() && message.clients == 0)
        clearSilent(message);
    return message;
}

EventMessage event(const QJsonObject& json)
{
    return {json["round"_L1].toInt(), json["event"_L1].toString(), json["message"_L1].toString(),
        json["key"_L1].toString(), number(json["value"_L1])};
}

} // namespace

std::optional<Quality> qualityFrom(const QJsonValue& metrics)
{
    const QJsonObject json = metrics.toObject();
    if (!json["ndcg@10"_L1].isDouble())
        return std::nullopt;
    Quality quality;
    for (auto entry = json.begin(); entry != json.end(); ++entry) {
        if (!entry->isDouble())
            continue;
        const double value = entry->toDouble();
        const QJsonArray interval = json[entry.key() + "_ci95"_L1].toArray();
        quality.metrics.insert(
            entry.key(), {value, interval.at(0).toDouble(value), interval.at(1).toDouble(value)});
    }
    const Metric& shown = quality.metrics[u"ndcg@10"_s];
    quality.ndcg10 = shown.value;
    quality.low = shown.low;
    quality.high = shown.high;
    return quality;
}

std::optional<EngineMessage> parseMessage(const QByteArray& line)
{
    const QJsonDocument document = QJsonDocument::fromJson(line);
    if (!document.isObject())
        return std::nullopt;
    const QJsonObject json = document.object();
    const QString type = json["type"_L1].toString();
    if (type == "round"_L1)
        return round(json);
    if (type == "hello"_L1)
        return hello(json);
    if (type == "reference"_L1)
        return ReferenceMessage{json["ranker"_L1].toString(), json["split"_L1].toString(), qualities(json)};
    if (type == "state"_L1)
        return StateMessage{json["state"_L1].toString()};
    if (type == "event"_L1)
        return event(json);
    if (type == "summary"_L1)
        return SummaryMessage{json["reason"_L1].toString(), json["summary"_L1].toObject()};
    if (type == "error"_L1)
        return ErrorMessage{json["message"_L1].toString()};
    return std::monostate{};
}

} // namespace fedcctr::studio
