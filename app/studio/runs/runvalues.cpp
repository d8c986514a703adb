// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runs/runvalues.h"

#include "app/studio/common/pace.h"
#include "app/studio/runs/runtexts.h"
#include "core/report/privacy_statement.h"
#include "core/report/run_tables.h"
#include "core/runs/run_likeness.h"
#include "core/runs/run_notes.h"
#include "core/settings/config.h"
#include "core/settings/config_table.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using runs::RunEntry;
using runs::SpendRecord;

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("fedcctr::studio::RunValues", text);
}

} // namespace

std::vector<const RunEntry*> entriesOf(const std::vector<EntryPtr>& runs)
{
    std::vector<const RunEntry*> entries;
    std::ranges::transform(runs, std::back_inserter(entries), &EntryPtr::get);
    return entries;
}

std::vector<EntryPtr> countedRuns(const std::vector<EntryPtr>& runs)
{
    std::vector<EntryPtr> counted;
    for (const std::size_t place : runs::distinctSeeds(entriesOf(runs)))
        counted.push_back(runs[place]);
    return counted;
}

Estimate valueOf(const std::vector<EntryPtr>& runs, const Comparison& comparison, std::size_t domain,
    const std::string& metric)
{
    std::vector<Estimate> values;
    for (const EntryPtr& run : countedRuns(runs)) {
        const RecordPtr record =
            comparison.value.rule == ValueRule::BestAtValidation ? nullptr : comparison.rounds(run);
        values.push_back(report::valueOf(*run, record.get(), comparison.value, domain, metric));
    }
    return report::meanOf(values);
}

double randomValue(const std::vector<EntryPtr>& runs, const std::string& metric)
{
    return report::randomValue(entriesOf(runs), metric);
}

QString percentText(const Estimate& value, const QLocale& locale)
{
    if (!value.isKnown())
        return u"–"_s;
    const QString mean = locale.toString(100 * value.mean, 'f', 2);
    return value.hasInterval()
        ? u"%1 ± %2"_s.arg(mean, locale.toString(50 * (value.high - value.low), 'f', 2))
        : words("%1 (1 run)").arg(mean);
}

QString intervalHelp(const Estimate& value)
{
    if (!value.isKnown())
        return words("not measured");
    if (!value.hasInterval())
        return words("1 run, no interval");
    const QLocale locale;
    const QString range =
        u"%1 … %2"_s.arg(locale.toString(100 * value.low, 'f', 2), locale.toString(100 * value.high, 'f', 2));
    return value.overUsers ? words("95 % interval %1 %, over the users of 1 run").arg(range)
                           : words("95 % interval %1 %, over %2 seeds (Student)").arg(range).arg(value.runs);
}

const SpendRecord* spendUnder(const RunEntry& entry, const std::string& accountant)
{
    if (!entry.summary)
        return nullptr;
    const auto found = std::ranges::find(entry.summary->privacy, accountant, &SpendRecord::accountant);
    return found == entry.summary->privacy.end() ? nullptr : &*found;
}

QString guaranteeWords(const SpendRecord& spend)
{
    const QString accountant = QString::fromStdString(report::accountantWords(spend));
    const QString delta =
        spend.delta > 0 ? u"δ %1"_s.arg(QLocale().toString(spend.delta, 'g', 2)) : words("no δ");
    return u"%1, %2, %3"_s.arg(accountant, delta, QString::fromStdString(spend.adversary));
}

QString epsilonText(const RunEntry& entry)
{
    if (!entry.summary)
        return u"–"_s;
    if (entry.summary->privacy.empty())
        return words("no guarantee");
    const SpendRecord* spend = spendUnder(entry, entry.setting("privacy.accountant"));
    if (!spend)
        spend = &entry.summary->privacy.front();
    const auto text = [](const SpendRecord& one) {
        return u"%1 (%2)"_s.arg(epsilonNumber(one.epsilon), guaranteeWords(one));
    };
    const SpendRecord* holds =
        report::isPrintedRule(spend->accountant) ? report::tightestGuarantee(*entry.summary) : nullptr;
    return holds ? words("%1; really %2").arg(text(*spend), text(*holds)) : text(*spend);
}

double numberOf(const RunEntry& entry, const std::string& key)
{
    bool isNumber = false;
    const double value = QString::fromStdString(entry.setting(key)).toDouble(&isNumber);
    return isNumber ? value : std::numeric_limits<double>::quiet_NaN();
}

QString settingName(const std::string& key)
{
    const auto& table = settings::fields();
    const auto found = std::ranges::find(table, key, &settings::Field::key);
    if (found == table.end())
        return QString::fromStdString(key);
    return QString::fromStdString(!found->symbol.empty() ? found->symbol
            : !found->label.empty()                      ? found->label
                                                         : found->key);
}

QString secondsText(double seconds, const QLocale& locale)
{
    if (!(seconds >= 0))
        return u"–"_s;
    if (seconds < 60)
        return words("%1 s").arg(locale.toString(seconds, 'f', 1));
    return durationText(std::round(seconds));
}

QString metricName(const std::string& metric)
{
    if (metric == "logloss")
        return words("log-loss");
    if (metric == "ctr_auc")
        return words("CTR AUC");
    if (metric == "ctr_gauc")
        return words("GAUC");
    if (metric == "ctr_logloss")
        return words("CTR log-loss");
    return QString::fromStdString(metric).toUpper();
}

bool sameContent(const RunEntry& a, const RunEntry& b)
{
    return a.state == b.state && a.rounds == b.rounds && a.tags == b.tags && a.note == b.note
        && a.hasCheckpoint == b.hasCheckpoint && a.settings == b.settings
        && a.summary.has_value() == b.summary.has_value()
        && (!a.summary
            || (a.summary->seconds == b.summary->seconds && a.summary->rounds == b.summary->rounds));
}

QStringList assignmentsOf(const RunEntry& entry)
{
    QStringList assignments;
    for (const auto& [key, value] : entry.settings)
        if (key.find('.') != std::string::npos && !key.starts_with(runs::kDataPrefix))
            assignments.append(QString::fromStdString(key + '=' + value));
    return assignments;
}

} // namespace fedcctr::studio
