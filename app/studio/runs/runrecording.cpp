// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runs/runrecording.h"

#include "core/base/error.h"
#include "core/runs/run_config.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

QJsonObject jsonFile(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}

void readLines(const QString& path, RunRecording& record)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return;
    while (!file.atEnd()) {
        // A last line that is half written is none.
        const std::optional<EngineMessage> message = parseMessage(file.readLine());
        if (!message)
            continue;
        if (const auto* round = std::get_if<RoundMessage>(&*message))
            record.add(*round);
        else if (const auto* event = std::get_if<EventMessage>(&*message))
            record.add(*event);
        else if (const auto* reference = std::get_if<ReferenceMessage>(&*message))
            record.add(*reference);
        else if (const auto* hello = std::get_if<HelloMessage>(&*message))
            record.begin(*hello);
    }
}

/// For runs of programs that did not record what was told before the first round.
void greetFromFiles(RunRecording& record, const runs::RunConfig& config, const QJsonObject& summary)
{
    HelloMessage hello;
    hello.run = record.run;
    hello.config =
        QJsonDocument::fromJson(QByteArray::fromStdString(settings::toJson(config.config).dump())).object();
    hello.rounds = config.config.federation.rounds;
    hello.dataset =
        summary["dataset"_L1].toString(QDir(QString::fromStdString(config.provenance.dataset)).dirName());
    const QJsonArray domains = summary["domains"_L1].toArray();
    hello.domains = {domains.at(0).toString(u"A"_s), domains.at(1).toString(u"B"_s)};
    record.hello = hello;
    record.greeted = true;
    const QJsonObject random = summary["reference"_L1]["random"_L1].toObject();
    if (!random.isEmpty())
        record.add(ReferenceMessage{
            u"random"_s, u"validation"_s, {qualityFrom(random["A"_L1]), qualityFrom(random["B"_L1])}});
}

/// The time at the start of the last line of log.txt.
QDateTime lastWord(const QString& run)
{
    constexpr qint64 kTail = 4096;
    QFile file(run + u"/log.txt"_s);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    file.seek(std::max<qint64>(0, file.size() - kTail));
    const QList<QByteArray> lines = file.readAll().trimmed().split('\n');
    return QDateTime::fromString(
        QString::fromLatin1(lines.back().left(lines.back().indexOf(' '))), Qt::ISODate);
}

} // namespace

QDateTime endOfRun(const QString& run)
{
    const QFileInfo summary(run + u"/summary.json"_s);
    if (!summary.exists())
        return {};
    const QDateTime told = lastWord(run);
    return told.isValid() && told < summary.lastModified() ? told.toLocalTime() : summary.lastModified();
}

void RunRecording::begin(const HelloMessage& newHello)
{
    const int first = newHello.firstRound;
    if (first <= 1) {
        rounds.clear();
        events.clear();
        changes.clear();
    } else {
        std::erase_if(rounds, [first](const RoundMessage& round) { return round.round >= first; });
        // What came after the checkpoint was written is lost, also if it came in the same round.
        const auto written = std::find_if(events.rbegin(), events.rend(), [first](const EventMessage& event) {
            return event.event == "checkpoint"_L1 && event.round < first;
        });
        events.erase(written.base(), events.end());
        changes.clear();
        for (const EventMessage& event : events)
            noteChange(event);
    }
    references.clear();
    hello = newHello;
    greeted = true;
    end.reset();
}

void RunRecording::add(const RoundMessage& round)
{
    while (!rounds.empty() && rounds.back().round >= round.round)
        rounds.pop_back();
    const double before = rounds.empty() ? 0 : rounds.back().elapsed;
    rounds.push_back(round);
    rounds.back().elapsed = before + (std::isfinite(round.seconds) ? round.seconds : 0);
    // Engines of earlier versions do not tell the weights.
    runs::RoundLoss& loss = rounds.back().loss;
    if (std::isnan(loss.lambda1))
        loss.lambda1 = weightAt("lambda1", round.round);
    if (std::isnan(loss.lambda2))
        loss.lambda2 = weightAt("lambda2", round.round);
}

void RunRecording::add(const EventMessage& event)
{
    events.push_back(event);
    noteChange(event);
}

void RunRecording::noteChange(const EventMessage& event)
{
    if (event.event == "setting"_L1)
        changes.push_back({event.round, event.key.toStdString(), event.value});
}

double RunRecording::weightAt(const char* name, int round) const
{
    return runs::weightIn(round, std::string("loss.") + name, hello.setting("loss", name), changes);
}

int RunRecording::checkpointRound() const
{
    const auto found = std::find_if(events.rbegin(), events.rend(),
        [](const EventMessage& event) { return event.event == "checkpoint"_L1; });
    return found == events.rend() ? 0 : found->round;
}

const Quality* RunRecording::lastQuality(std::size_t domain) const
{
    for (auto round = rounds.rbegin(); round != rounds.rend(); ++round)
        if (round->quality[domain])
            return &*round->quality[domain];
    return nullptr;
}

ReadRun readRecording(const QString& run)
{
    runs::RunConfig config;
    try {
        config = runs::readRunConfig((run + u"/config.json"_s).toStdString());
    } catch (const Error&) {
        return {nullptr,
            QCoreApplication::translate("RunRecording", "%1 holds no run: config.json is missing or damaged.")
                .arg(QDir::toNativeSeparators(run))};
    }
    auto record = std::make_shared<RunRecording>();
    record->run = run;
    const QJsonObject summary = jsonFile(run + u"/summary.json"_s);
    readLines(run + u"/events.jsonl"_s, *record);
    if (!record->greeted)
        greetFromFiles(*record, config, summary);
    readLines(run + u"/metrics.jsonl"_s, *record);
    if (!summary.isEmpty()) {
        RunEnd end;
        end.summary = summary;
        end.at = endOfRun(run);
        const QString reason = summary["reason"_L1].toString();
        end.kind = reason == "budget-spent"_L1 ? RunEnd::Kind::BudgetSpent
            : reason == "stopped"_L1           ? RunEnd::Kind::Stopped
                                               : RunEnd::Kind::Finished;
        record->end = end;
    }
    return {record, {}};
}

} // namespace fedcctr::studio
