// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runs/runrecording.h"

#include "core/base/error.h"
#include "core/runs/run_config.h"
#include "core/runs/run_reader.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <cmath>
#include <iterator>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

void readLines(const QString& path, RunRecording& record)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return;
    while (!file.atEnd()) {
        // A last line that is half written is none.
        const std::optional<runs::Message> message = parseMessage(file.readLine());
        if (!message)
            continue;
        if (const auto* round = std::get_if<RoundRecord>(&*message))
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
void greetFromFiles(
    RunRecording& record, const runs::RunConfig& config, const std::optional<runs::SummaryRecord>& summary)
{
    HelloMessage hello;
    hello.run = record.run.toStdString();
    hello.settings = config;
    hello.rounds = config.config.federation.rounds;
    hello.dataset = QDir(QString::fromStdString(config.provenance.dataset)).dirName().toStdString();
    if (summary) {
        if (!summary->dataset.empty())
            hello.dataset = summary->dataset;
        for (std::size_t domain = 0; domain < 2; ++domain)
            if (!summary->domains[domain].empty())
                hello.domains[domain] = summary->domains[domain];
        for (const runs::ReferenceRecord& reference : summary->references)
            if (reference.ranker == "random")
                record.references = {{reference.ranker, "validation", reference.metrics}};
    }
    record.hello = hello;
    record.greeted = true;
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

std::optional<runs::SummaryRecord> summaryOf(const QString& run)
{
    const QString file = run + u"/summary.json"_s;
    if (!QFile::exists(file))
        return {};
    try {
        std::array<std::string, 2> domains;
        return runs::readSummary(file.toStdString(), domains);
    } catch (const Error&) {
        return {};
    }
}

void RunRecording::begin(const HelloMessage& newHello)
{
    const int first = newHello.firstRound;
    if (first <= 1) {
        rounds.clear();
        m_elapsed.clear();
        events.clear();
        changes.clear();
    } else {
        std::erase_if(rounds, [first](const RoundRecord& round) { return round.round >= first; });
        m_elapsed.resize(rounds.size());
        // What came after the checkpoint was written is lost, also if it came in the same round.
        const auto written = std::find_if(events.rbegin(), events.rend(), [first](const EventMessage& event) {
            return event.event == EventKind::Checkpoint && event.round < first;
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

void RunRecording::add(const RoundRecord& round)
{
    while (!rounds.empty() && rounds.back().round >= round.round)
        rounds.pop_back();
    m_elapsed.resize(rounds.size());
    const double before = m_elapsed.empty() ? 0 : m_elapsed.back();
    rounds.push_back(round);
    m_elapsed.push_back(before + (std::isfinite(round.seconds) ? round.seconds : 0));
    // Engines of earlier versions do not tell the weights.
    runs::completeWeights(rounds.back().loss, round.round, hello.config(), changes);
}

double RunRecording::elapsed(const RoundRecord& round) const
{
    const auto found = std::ranges::lower_bound(rounds, round.round, {}, &RoundRecord::round);
    return found == rounds.end() ? 0 : m_elapsed[static_cast<std::size_t>(found - rounds.begin())];
}

void RunRecording::add(const EventMessage& event)
{
    events.push_back(event);
    noteChange(event);
}

void RunRecording::noteChange(const EventMessage& event)
{
    if (event.event == EventKind::Setting)
        changes.push_back({event.round, event.key, event.value});
}

double RunRecording::weightAt(std::string_view key, int round) const
{
    return runs::weightIn(round, key, hello.config(), changes);
}

int RunRecording::checkpointRound() const
{
    const auto found = std::find_if(events.rbegin(), events.rend(),
        [](const EventMessage& event) { return event.event == EventKind::Checkpoint; });
    return found == events.rend() ? 0 : found->round;
}

const runs::MetricSet* RunRecording::lastQuality(std::size_t domain) const
{
    for (auto round = rounds.rbegin(); round != rounds.rend(); ++round)
        if (isMeasured(round->evaluation[domain]))
            return &round->evaluation[domain];
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
    const std::optional<runs::SummaryRecord> summary = summaryOf(run);
    readLines(run + u"/events.jsonl"_s, *record);
    if (!record->greeted)
        greetFromFiles(*record, config, summary);
    readLines(run + u"/metrics.jsonl"_s, *record);
    if (summary) {
        RunEnd end;
        end.summary = summary;
        end.at = endOfRun(run);
        end.kind = summary->reason.value().value_or(RunState::Finished);
        record->end = end;
    }
    return {record, {}};
}

} // namespace fedcctr::studio
