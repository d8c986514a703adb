// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/compare/runcolumns.h"

#include "app/studio/compare/rungrouping.h"
#include "app/studio/compare/runtablemodel.h"
#include "app/studio/runs/runvalues.h"
#include "core/models/specs/registry.h"
#include "core/runs/run_likeness.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QFileInfo>
#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using runs::RunEntry;

namespace {

constexpr std::array<ColumnInfo, RunColumns::ColumnCount> kColumns{{
    {"drawn", "", "Drawn: shown in the tabs below, in this colour", true},
    {"name", "Name",
        "Name of the run directory; of a group, the settings in which it differs from the others", true},
    {"state", "State", "finished, stopped, budget spent, interrupted or running", true},
    {"dataset", "Dataset", "The dataset's directory", false},
    {"model", "Model", "The model that is trained (model.architecture)", true},
    {"preset", "Preset", "Preset that the settings came from", false},
    {"seed", "Seed", "run.seed", false},
    {"started", "Started", "When the run started, local time", false},
    {"lambda1", "λ₁", "loss.lambda1: weight of IDRA", true},
    {"lambda2", "λ₂", "loss.lambda2: weight of CDRD", true},
    {"decay", "R", "privacy.decay_rate: σ of the next round = R times σ; 1 is static", true},
    {"epsilon", "ε",
        "Spent by the client that spent most, under the accountant that governed the run, with its δ "
        "and trust model",
        true},
    {"ndcg_a", "NDCG@10 A", "Percent, first domain, with half of the 95 % interval", true},
    {"diff_a", "Diff A",
        "Difference from the base in percent of the base; * is significant (p < 0.05, paired over "
        "users, Holm)",
        true},
    {"ndcg_b", "NDCG@10 B", "Percent, second domain, with half of the 95 % interval", true},
    {"diff_b", "Diff B",
        "Difference from the base in percent of the base; * is significant (p < 0.05, paired over "
        "users, Holm)",
        true},
    {"mrr_a", "MRR@10 A", "Percent, first domain", false},
    {"mrr_b", "MRR@10 B", "Percent, second domain", false},
    {"hr_a", "HR@10 A", "Percent, first domain", false},
    {"hr_b", "HR@10 B", "Percent, second domain", false},
    {"ctr_auc_a", "CTR AUC A",
        "Of predicted labels over all samples, percent, first domain. With clicks a sample is a test event "
        "or "
        "one sampled negative",
        false},
    {"ctr_auc_b", "CTR AUC B", "Of predicted labels over all samples, percent, second domain", false},
    {"ctr_loss_a", "CTR log-loss A", "Binary cross-entropy of predicted labels, first domain", false},
    {"ctr_loss_b", "CTR log-loss B", "Binary cross-entropy of predicted labels, second domain", false},
    {"runs", "N", "Seeds in the row: runs of the same seed count once", true},
    {"rounds", "Rounds", "Finished rounds", false},
    {"time", "Time", "Wall time of the training", false},
    {"tags", "Tags", "Words of your own, separated by blanks or commas; double click edits", true},
    {"note", "Note", "A line of your own; double click edits", false},
}};

/// Of a model of another version nothing is known, so that it may.
bool hasTerm(const RunEntry& entry, std::string_view weightKey)
{
    const model::ModelInfo* info = model::knownModel(entry.setting("model.architecture"));
    return !info
        || std::ranges::find(info->terms, weightKey, &model::TermInfo::weightKey) != info->terms.end();
}

/// "0.3", or "0.3 → 0.2" where it was changed while the run went on; "–" of a model without such a term.
QString weightText(const RunEntry& entry, std::string_view key)
{
    if (!hasTerm(entry, key))
        return u"–"_s;
    QStringList values{QString::fromStdString(entry.setting(std::string(key)))};
    if (entry.summary && !entry.deviation().empty())
        for (const runs::WeightChange& change : entry.summary->changes)
            if (change.key == key)
                values.append(QLocale::c().toString(change.value, 'g', QLocale::FloatingPointShortest));
    return values.join(u" → "_s);
}

QString localTime(const std::string& started)
{
    const QDateTime time = QDateTime::fromString(QString::fromStdString(started), Qt::ISODate);
    return time.isValid() ? QLocale().toString(time.toLocalTime(), u"yyyy-MM-dd HH:mm"_s) : QString();
}

QString datasetName(const RunEntry& entry)
{
    if (entry.summary && !entry.summary->dataset.empty())
        return QString::fromStdString(entry.summary->dataset);
    return QFileInfo(QString::fromStdString(entry.datasetPath)).fileName();
}

/// The value where all runs have the same one, else the few there are, else how many.
QString commonText(const std::vector<EntryPtr>& runs, const std::function<QString(const RunEntry&)>& of)
{
    QStringList values;
    for (const EntryPtr& run : runs)
        if (const QString value = of(*run); !values.contains(value))
            values.append(value);
    return values.size() <= 4 ? values.join(u", "_s)
                              : RunTableModel::tr("%n value(s)", nullptr, static_cast<int>(values.size()));
}

} // namespace

const ColumnInfo& columnInfo(int column)
{
    return kColumns[static_cast<std::size_t>(column)];
}

bool isNumeric(int column)
{
    return column >= RunColumns::Seed && column <= RunColumns::Time && column != RunColumns::Started
        && column != RunColumns::Epsilon;
}

QString pathOf(const EntryPtr& run)
{
    return QString::fromStdString(run->path.string());
}

QString groupId(const RunEntry& entry)
{
    const QByteArray key = QByteArray::fromStdString(entry.groupKey());
    return u"group:"_s
        + QString::fromLatin1(QCryptographicHash::hash(key, QCryptographicHash::Sha1).toHex().left(16));
}

QString tagText(const RunEntry& entry)
{
    QStringList tags;
    for (const std::string& tag : entry.tags)
        tags.append(QString::fromStdString(tag));
    return tags.join(u' ');
}

QString columnText(const std::vector<EntryPtr>& runs, int column)
{
    const auto setting = [&](const char* key) {
        return commonText(
            runs, [key](const RunEntry& entry) { return QString::fromStdString(entry.setting(key)); });
    };
    switch (column) {
    case RunColumns::Name:
        return QString::fromStdString(runs.front()->name);
    case RunColumns::State:
        return commonText(
            runs, [](const RunEntry& entry) { return QString::fromStdString(wordsOf(entry.state)); });
    case RunColumns::Dataset:
        return commonText(runs, datasetName);
    case RunColumns::Model:
        return commonText(runs, modelTitle);
    case RunColumns::Preset:
        return commonText(runs, [](const RunEntry& entry) { return QString::fromStdString(entry.preset); });
    case RunColumns::Seed:
        return commonText(runs, [](const RunEntry& entry) { return QString::number(entry.seed); });
    case RunColumns::Started:
        return localTime(runs.front()->started);
    case RunColumns::Lambda1:
        return commonText(runs, [](const RunEntry& entry) { return weightText(entry, runs::kLambda1Key); });
    case RunColumns::Lambda2:
        return commonText(runs, [](const RunEntry& entry) { return weightText(entry, runs::kLambda2Key); });
    case RunColumns::DecayRate:
        return setting("privacy.schedule") == "adaldp"_L1 ? setting("privacy.decay_rate")
                                                          : setting("privacy.schedule");
    case RunColumns::Epsilon:
        return commonText(runs, epsilonText);
    case RunColumns::Runs: {
        const std::size_t seeds = countedRuns(runs).size();
        const QString count = QLocale().toString(static_cast<int>(seeds));
        return seeds == runs.size()
            ? count
            : RunTableModel::tr("%1 (%n run(s))", nullptr, static_cast<int>(runs.size())).arg(count);
    }
    case RunColumns::Rounds:
        return commonText(runs, [](const RunEntry& entry) {
            return entry.summary ? QLocale().toString(entry.rounds)
                                 : u"%1 / %2"_s.arg(entry.rounds).arg(entry.plannedRounds);
        });
    case RunColumns::Time:
        return commonText(runs,
            [](const RunEntry& entry) { return secondsText(entry.summary ? entry.summary->seconds : -1); });
    case RunColumns::Tags:
        return commonText(runs, tagText);
    case RunColumns::Note:
        return commonText(runs, [](const RunEntry& entry) { return QString::fromStdString(entry.note); });
    default:
        return {};
    }
}

QVariant columnSortValue(const std::vector<EntryPtr>& runs, int column)
{
    const RunEntry& first = *runs.front();
    const auto number = [](double value) { return std::isnan(value) ? QVariant() : QVariant(value); };
    switch (column) {
    case RunColumns::Seed:
        return static_cast<qlonglong>(first.seed);
    case RunColumns::Started:
        return QString::fromStdString(first.started);
    case RunColumns::Lambda1:
        return hasTerm(first, runs::kLambda1Key) ? number(numberOf(first, "loss.lambda1")) : QVariant();
    case RunColumns::Lambda2:
        return hasTerm(first, runs::kLambda2Key) ? number(numberOf(first, "loss.lambda2")) : QVariant();
    case RunColumns::DecayRate:
        return number(numberOf(first, "privacy.decay_rate"));
    case RunColumns::Epsilon: {
        const runs::SpendRecord* spend = spendUnder(first, first.setting("privacy.accountant"));
        return spend ? number(spend->epsilon) : QVariant();
    }
    case RunColumns::Runs:
        return static_cast<int>(countedRuns(runs).size());
    case RunColumns::Rounds:
        return first.rounds;
    case RunColumns::Time:
        return first.summary ? number(first.summary->seconds) : QVariant();
    default:
        return columnText(runs, column);
    }
}

QString columnHelp(const std::vector<EntryPtr>& runs, int column)
{
    QStringList lines;
    if (column == RunColumns::Name) {
        constexpr qsizetype kMostPaths = 12;
        for (const EntryPtr& run : runs)
            if (lines.size() < kMostPaths)
                lines.append(pathOf(run));
    } else if (column == RunColumns::Runs) {
        lines.append(columnText(runs, column));
        for (const std::string& remark : runs::seedRemarks(entriesOf(runs)))
            lines.append(QString::fromStdString(remark));
    } else if (column == RunColumns::State && !runs.front()->deviation().empty()) {
        lines = {columnText(runs, column), QString::fromStdString(runs.front()->deviation())};
    } else if (column == RunColumns::Epsilon) {
        if (const auto& summary = runs.front()->summary)
            for (const runs::SpendRecord& spend : summary->privacy)
                lines.append(RunTableModel::tr("ε %1, %2, %3")
                                 .arg(std::isfinite(spend.epsilon) ? QLocale().toString(spend.epsilon, 'g', 4)
                                                                   : u"∞"_s,
                                     guaranteeWords(spend), QString::fromStdString(spend.relation)));
    } else {
        return columnText(runs, column);
    }
    return lines.join(u'\n');
}

} // namespace fedcctr::studio
