// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/runtablemodel.h"

#include "widgets/theme.h"

#include <QApplication>
#include <QCryptographicHash>
#include <QFileInfo>
#include <QFont>
#include <QJsonArray>
#include <QLocale>
#include <QPainter>
#include <QPixmap>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using experiment::RunEntry;
using experiment::RunState;

namespace {

struct ColumnInfo {
    const char* id;
    const char* title;
    const char* help;
    bool shown;
};

constexpr std::array<ColumnInfo, RunTableModel::ColumnCount> kColumns{{
    {"drawn", "", "Drawn: shown in the tabs below, in this colour", true},
    {"name", "Name", "Name of the run directory; of a group, what its names have in common", true},
    {"state", "State", "finished, stopped, budget spent, interrupted or running", true},
    {"dataset", "Dataset", "The dataset's directory", false},
    {"preset", "Preset", "Preset that the settings came from", false},
    {"seed", "Seed", "run.seed", false},
    {"started", "Started", "When the run started, local time", false},
    {"lambda1", "λ₁", "loss.lambda1: weight of IDRA", true},
    {"lambda2", "λ₂", "loss.lambda2: weight of CDRD", true},
    {"decay", "R", "privacy.decay_rate: σ of the next round = R times σ; 1 is static", true},
    {"epsilon", "ε", "Spent by the client that spent most, under the accountant that governed the run, with its δ "
                     "and trust model",
        true},
    {"ndcg_a", "NDCG@10 A", "Percent, first domain, with half of the 95 % interval; random is 4.54", true},
    {"diff_a", "Diff A", "Difference from the base in percent of the base; * is significant (p < 0.05, paired over "
                         "users, Holm)",
        true},
    {"ndcg_b", "NDCG@10 B", "Percent, second domain, with half of the 95 % interval; random is 4.54", true},
    {"diff_b", "Diff B", "Difference from the base in percent of the base; * is significant (p < 0.05, paired over "
                         "users, Holm)",
        true},
    {"mrr_a", "MRR@10 A", "Percent, first domain", false},
    {"mrr_b", "MRR@10 B", "Percent, second domain", false},
    {"hr_a", "HR@10 A", "Percent, first domain", false},
    {"hr_b", "HR@10 B", "Percent, second domain", false},
    {"runs", "N", "Runs in the row; they differ in their seed", true},
    {"rounds", "Rounds", "Finished rounds", false},
    {"time", "Time", "Wall time of the training", false},
    {"tags", "Tags", "Words of your own, separated by blanks or commas; double click edits", true},
    {"note", "Note", "A line of your own; double click edits", false},
}};

constexpr int kColors = 8;

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

/// What the names have in common, if that says anything; else the first one.
QString groupName(const std::vector<EntryPtr>& runs)
{
    QString common = QString::fromStdString(runs.front()->name);
    for (const EntryPtr& run : runs) {
        const QString name = QString::fromStdString(run->name);
        qsizetype same = 0;
        while (same < common.size() && same < name.size() && common[same] == name[same])
            ++same;
        common.truncate(same);
    }
    static const QString kSeparators = u"-_ .="_s;
    const bool cut = common.size() < static_cast<qsizetype>(runs.front()->name.size());
    if (cut && common.endsWith(u"seed"_s))
        common.chop(4);
    while (!common.isEmpty() && kSeparators.contains(common.back()))
        common.chop(1);
    return common.size() < 4 ? QString::fromStdString(runs.front()->name) : common;
}

QString stateIcon(RunState state)
{
    switch (state) {
    case RunState::Finished:
        return u"success"_s;
    case RunState::BudgetSpent:
        return u"info"_s;
    case RunState::Stopped:
        return u"stop"_s;
    case RunState::Running:
        return u"start"_s;
    default:
        return u"warning"_s;
    }
}

QString localTime(const std::string& started)
{
    const QDateTime time = QDateTime::fromString(QString::fromStdString(started), Qt::ISODate);
    return time.isValid() ? QLocale().toString(time.toLocalTime(), u"yyyy-MM-dd HH:mm"_s) : QString();
}

QString tagText(const RunEntry& entry)
{
    QStringList tags;
    for (const std::string& tag : entry.tags)
        tags.append(QString::fromStdString(tag));
    return tags.join(u' ');
}

QString datasetName(const RunEntry& entry)
{
    if (entry.summary && !entry.summary->dataset.empty())
        return QString::fromStdString(entry.summary->dataset);
    return QFileInfo(QString::fromStdString(entry.datasetPath)).fileName();
}

/// A square of the colour; a line through it tells colours that come round a second time.
QPixmap swatch(int index, const QPalette& palette)
{
    const auto& series = widgets::themeColors(palette).series;
    constexpr int kSize = 28;
    QPixmap pixmap(kSize, kSize);
    pixmap.setDevicePixelRatio(2);
    pixmap.fill(series[index % series.size()]);
    if (index >= series.size()) {
        QPainter painter(&pixmap);
        painter.setPen(QPen(palette.color(QPalette::Base), 2));
        painter.drawLine(0, kSize / 2, kSize / 2, 0);
    }
    return pixmap;
}

bool isNumeric(int column)
{
    using Model = RunTableModel;
    return (column >= Model::Seed && column <= Model::Time && column != Model::Started
               && column != Model::Epsilon);
}

bool same(const RunEntry& a, const RunEntry& b)
{
    return a.state == b.state && a.rounds == b.rounds && a.tags == b.tags && a.note == b.note
        && a.hasCheckpoint == b.hasCheckpoint && a.summary.has_value() == b.summary.has_value()
        && (!a.summary || (a.summary->seconds == b.summary->seconds && a.summary->rounds == b.summary->rounds));
}

} // namespace

RunTableModel::RunTableModel(QObject* parent)
    : QAbstractTableModel(parent)
{
}

std::vector<RunTableModel::Row> RunTableModel::makeRows() const
{
    std::vector<Row> rows;
    QHash<QString, std::size_t> places;
    for (const EntryPtr& run : m_all) {
        const QString id = m_grouped ? groupId(*run) : pathOf(run);
        const auto found = places.constFind(id);
        if (found == places.constEnd()) {
            places.insert(id, rows.size());
            rows.push_back({id, {run}});
        } else {
            rows[*found].runs.push_back(run);
        }
    }
    for (Row& row : rows)
        std::ranges::stable_sort(row.runs, {}, [](const EntryPtr& run) { return run->seed; });
    return rows;
}

void RunTableModel::setRuns(const std::vector<EntryPtr>& runs)
{
    m_all = runs;
    std::vector<Row> rows = makeRows();
    QHash<QString, std::size_t> fresh;
    for (std::size_t i = 0; i < rows.size(); ++i)
        fresh.insert(rows[i].id, i);
    bool anyChecked = false;
    for (int i = static_cast<int>(m_rows.size()) - 1; i >= 0; --i) {
        Row& row = m_rows[static_cast<std::size_t>(i)];
        const auto found = fresh.constFind(row.id);
        if (found == fresh.constEnd()) {
            anyChecked = anyChecked || m_checked.contains(row.id);
            beginRemoveRows({}, i, i);
            m_rows.erase(m_rows.begin() + i);
            endRemoveRows();
            continue;
        }
        Row& next = rows[*found];
        const bool changed = next.runs.size() != row.runs.size()
            || !std::ranges::equal(
                next.runs, row.runs, [](const auto& a, const auto& b) { return same(*a, *b); });
        row.runs = std::move(next.runs);
        fresh.remove(row.id);
        if (changed) {
            anyChecked = anyChecked || m_checked.contains(row.id);
            Q_EMIT dataChanged(index(i, 0), index(i, ColumnCount - 1));
        }
    }
    std::vector<Row> added;
    for (Row& row : rows)
        if (fresh.contains(row.id))
            added.push_back(std::move(row));
    if (!added.empty()) {
        const auto first = static_cast<int>(m_rows.size());
        beginInsertRows({}, first, first + static_cast<int>(added.size()) - 1);
        for (Row& row : added) {
            anyChecked = anyChecked || m_checked.contains(row.id);
            m_rows.push_back(std::move(row));
        }
        endInsertRows();
    }
    m_places.clear();
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        m_places.insert(m_rows[i].id, static_cast<int>(i));
    if (anyChecked)
        Q_EMIT checkedChanged();
}

void RunTableModel::setGrouped(bool grouped)
{
    if (m_grouped == grouped)
        return;
    beginResetModel();
    m_grouped = grouped;
    std::vector<Row> rows = makeRows();
    moveChecks(m_rows, rows);
    m_rows = std::move(rows);
    m_places.clear();
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        m_places.insert(m_rows[i].id, static_cast<int>(i));
    m_tests.clear();
    endResetModel();
    Q_EMIT checkedChanged();
    Q_EMIT baseChanged();
}

/// Every row with a run of a checked row is checked; so for base and colour.
void RunTableModel::moveChecks(const std::vector<Row>& from, const std::vector<Row>& to)
{
    QHash<QString, QString> holder; // by run
    for (const Row& row : from)
        for (const EntryPtr& run : row.runs)
            holder.insert(pathOf(run), row.id);
    const QSet<QString> checked = std::exchange(m_checked, {});
    const QString base = std::exchange(m_base, {});
    for (const Row& row : to) {
        for (const EntryPtr& run : row.runs) {
            const QString old = holder.value(pathOf(run));
            if (checked.contains(old)) {
                m_checked.insert(row.id);
                if (!m_colors.contains(row.id))
                    m_colors.insert(row.id, m_colors.value(old));
            }
            if (!base.isEmpty() && old == base && m_base.isEmpty())
                m_base = row.id;
        }
    }
}

void RunTableModel::setValue(const ValueChoice& value)
{
    if (m_value == value)
        return;
    m_value = value;
    m_tests.clear();
    everythingChanged();
    Q_EMIT headerDataChanged(Qt::Horizontal, NdcgA, HrB);
}

void RunTableModel::setRounds(std::function<RecordPtr(const EntryPtr&)> rounds)
{
    m_rounds = std::move(rounds);
}

void RunTableModel::valuesChanged()
{
    if (m_value.rule != ValueRule::BestAtValidation)
        everythingChanged();
}

void RunTableModel::everythingChanged()
{
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, 0), index(static_cast<int>(m_rows.size()) - 1, ColumnCount - 1));
}

int RunTableModel::rowOf(const QString& id) const
{
    return m_places.value(id, -1);
}

int RunTableModel::rowOfRun(const QString& run) const
{
    const std::filesystem::path path(run.toStdString());
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        if (std::ranges::any_of(m_rows[i].runs, [&path](const EntryPtr& entry) { return entry->path == path; }))
            return static_cast<int>(i);
    return -1;
}

std::vector<Subject> RunTableModel::checked() const
{
    std::vector<Subject> subjects;
    for (const Row& row : m_rows)
        if (m_checked.contains(row.id))
            subjects.push_back({row.id, text(row, Name).toString(), m_colors.value(row.id), row.id == m_base,
                row.runs});
    return subjects;
}

int RunTableModel::checkedCount() const
{
    return static_cast<int>(
        std::ranges::count_if(m_rows, [this](const Row& row) { return m_checked.contains(row.id); }));
}

void RunTableModel::setChecked(const QString& id, bool checked)
{
    if (!checked) {
        m_checked.remove(id);
        return;
    }
    if (!m_colors.contains(id)) {
        QSet<int> taken;
        for (const QString& other : std::as_const(m_checked))
            taken.insert(m_colors.value(other));
        int free = 0;
        while (taken.contains(free))
            ++free;
        m_colors.insert(id, free);
    }
    m_checked.insert(id);
}

void RunTableModel::check(const QList<int>& rows, bool others)
{
    if (!others)
        m_checked.clear();
    for (const int row : rows)
        setChecked(idAt(row), true);
    everythingChanged();
    Q_EMIT checkedChanged();
}

void RunTableModel::setBase(const QString& id)
{
    if (m_base == id)
        return;
    m_base = id;
    m_tests.clear();
    everythingChanged();
    Q_EMIT baseChanged();
}

void RunTableModel::setTests(const QHash<QString, std::array<RowTest, 2>>& tests)
{
    m_tests = tests;
    everythingChanged();
}

QJsonObject RunTableModel::state() const
{
    QJsonArray checked;
    QJsonObject colors;
    QStringList ids(m_checked.begin(), m_checked.end());
    ids.sort();
    for (const QString& id : std::as_const(ids)) {
        checked.append(id);
        colors[id] = m_colors.value(id);
    }
    return {{u"checked"_s, checked}, {u"colors"_s, colors}, {u"base"_s, m_base}, {u"grouped"_s, m_grouped}};
}

void RunTableModel::restore(const QJsonObject& state)
{
    beginResetModel();
    m_grouped = state["grouped"_L1].toBool(m_grouped);
    m_rows = makeRows();
    m_places.clear();
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        m_places.insert(m_rows[i].id, static_cast<int>(i));
    m_checked.clear();
    for (const QJsonValue& id : state["checked"_L1].toArray())
        m_checked.insert(id.toString());
    const QJsonObject colors = state["colors"_L1].toObject();
    for (const QString& id : colors.keys())
        m_colors.insert(id, std::max(0, colors[id].toInt()));
    m_base = state["base"_L1].toString();
    m_tests.clear();
    endResetModel();
    Q_EMIT checkedChanged();
    Q_EMIT baseChanged();
}

QString RunTableModel::columnId(int column)
{
    return QString::fromLatin1(kColumns[static_cast<std::size_t>(column)].id);
}

bool RunTableModel::isShownAtFirst(int column)
{
    return kColumns[static_cast<std::size_t>(column)].shown;
}

int RunTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int RunTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

Estimate RunTableModel::estimate(const Row& row, int column) const
{
    static const std::string kMetrics[] = {"ndcg@10", "mrr@10", "hr@10"};
    const bool second = column == NdcgB || column == DiffB || column == MrrB || column == HrB;
    const std::string& metric = kMetrics[column <= DiffB ? 0 : column <= MrrB ? 1 : 2];
    Comparison comparison;
    comparison.value = m_value;
    comparison.rounds = m_rounds;
    return valueOf(row.runs, comparison, second ? 1 : 0, metric);
}

double RunTableModel::difference(const Row& row, std::size_t domain) const
{
    const int base = rowOf(m_base);
    if (base < 0 || row.id == m_base)
        return std::numeric_limits<double>::quiet_NaN();
    const int column = domain == 0 ? NdcgA : NdcgB;
    const double reference = estimate(m_rows[static_cast<std::size_t>(base)], column).mean;
    return (estimate(row, column).mean - reference) / reference;
}

/// The value where all runs have the same one, else how many there are.
QString RunTableModel::commonText(const Row& row, const std::function<QString(const RunEntry&)>& of) const
{
    QStringList values;
    for (const EntryPtr& run : row.runs)
        if (const QString value = of(*run); !values.contains(value))
            values.append(value);
    return values.size() <= 4 ? values.join(u", "_s) : tr("%n value(s)", nullptr, static_cast<int>(values.size()));
}

QVariant RunTableModel::text(const Row& row, int column) const
{
    const auto setting = [&](const char* key) {
        return commonText(row, [key](const RunEntry& entry) { return QString::fromStdString(entry.setting(key)); });
    };
    switch (column) {
    case Name:
        return row.runs.size() > 1 ? groupName(row.runs) : QString::fromStdString(row.runs.front()->name);
    case State:
        return commonText(row, [](const RunEntry& entry) { return QString::fromStdString(nameOf(entry.state)); });
    case Dataset:
        return commonText(row, datasetName);
    case Preset:
        return commonText(row, [](const RunEntry& entry) { return QString::fromStdString(entry.preset); });
    case Seed:
        return commonText(row, [](const RunEntry& entry) { return QString::number(entry.seed); });
    case Started:
        return localTime(row.runs.front()->started);
    case Lambda1:
        return setting("loss.lambda1");
    case Lambda2:
        return setting("loss.lambda2");
    case DecayRate:
        return setting("privacy.schedule") == "adaldp"_L1 ? setting("privacy.decay_rate")
                                                           : setting("privacy.schedule");
    case Epsilon:
        return commonText(row, epsilonText);
    case NdcgA:
    case NdcgB:
    case MrrA:
    case MrrB:
    case HrA:
    case HrB:
        return percentText(estimate(row, column));
    case DiffA:
    case DiffB: {
        const std::size_t domain = column == DiffA ? 0 : 1;
        const double share = difference(row, domain);
        if (std::isnan(share))
            return row.id == m_base ? tr("base") : QString();
        const auto test = m_tests.constFind(row.id);
        const bool marked = test != m_tests.constEnd() && (*test)[domain].isSignificant;
        return u"%1%2 %%3"_s.arg(share > 0 ? u"+"_s : QString(), QLocale().toString(100 * share, 'f', 1),
            marked ? u"*"_s : QString());
    }
    case Runs:
        return QLocale().toString(static_cast<int>(row.runs.size()));
    case Rounds:
        return commonText(row, [](const RunEntry& entry) {
            return entry.state == RunState::Running || entry.state == RunState::Interrupted
                ? u"%1 / %2"_s.arg(entry.rounds).arg(entry.plannedRounds)
                : QLocale().toString(entry.rounds);
        });
    case Time:
        return commonText(
            row, [](const RunEntry& entry) { return secondsText(entry.summary ? entry.summary->seconds : -1); });
    case Tags:
        return commonText(row, tagText);
    case Note:
        return commonText(row, [](const RunEntry& entry) { return QString::fromStdString(entry.note); });
    default:
        return {};
    }
}

QVariant RunTableModel::sortValue(const Row& row, int column) const
{
    const RunEntry& first = *row.runs.front();
    const auto number = [](double value) { return std::isnan(value) ? QVariant() : QVariant(value); };
    switch (column) {
    case Drawn:
        return m_checked.contains(row.id) ? 0 : 1;
    case Seed:
        return static_cast<qlonglong>(first.seed);
    case Started:
        return QString::fromStdString(first.started);
    case Lambda1:
        return number(numberOf(first, "loss.lambda1"));
    case Lambda2:
        return number(numberOf(first, "loss.lambda2"));
    case DecayRate:
        return number(numberOf(first, "privacy.decay_rate"));
    case Epsilon: {
        const experiment::SpendRecord* spend = spendUnder(first, first.setting("privacy.accountant"));
        return spend ? number(spend->epsilon) : QVariant();
    }
    case DiffA:
    case DiffB:
        return number(difference(row, column == DiffA ? 0 : 1));
    case NdcgA:
    case NdcgB:
    case MrrA:
    case MrrB:
    case HrA:
    case HrB:
        return number(estimate(row, column).mean);
    case Runs:
        return static_cast<int>(row.runs.size());
    case Rounds:
        return first.rounds;
    case Time:
        return first.summary ? number(first.summary->seconds) : QVariant();
    default:
        return text(row, column);
    }
}

QString RunTableModel::help(const Row& row, int column) const
{
    switch (column) {
    case Name: {
        QStringList paths;
        for (const EntryPtr& run : row.runs)
            paths.append(pathOf(run));
        return paths.mid(0, 12).join(u'\n');
    }
    case Epsilon: {
        QStringList lines;
        if (const auto& summary = row.runs.front()->summary)
            for (const experiment::SpendRecord& spend : summary->privacy)
                lines.append(tr("ε %1, %2, %3")
                                 .arg(std::isfinite(spend.epsilon) ? QLocale().toString(spend.epsilon, 'g', 4)
                                                                   : u"∞"_s,
                                     guaranteeWords(spend), QString::fromStdString(spend.relation)));
        return lines.join(u'\n');
    }
    case NdcgA:
    case NdcgB:
    case MrrA:
    case MrrB:
    case HrA:
    case HrB: {
        const Estimate value = estimate(row, column);
        const QString split = m_value.rule == ValueRule::BestAtValidation ? tr("test") : tr("validation");
        const QString domain = QString::fromStdString(
            row.runs.front()->domains[column == NdcgA || column == MrrA || column == HrA ? 0 : 1]);
        return u"%1, %2: %3"_s.arg(domain, split, intervalHelp(value));
    }
    case DiffA:
    case DiffB: {
        const auto test = m_tests.constFind(row.id);
        return test == m_tests.constEnd() ? QString() : (*test)[column == DiffA ? 0 : 1].words;
    }
    default:
        return text(row, column).toString();
    }
}

QVariant RunTableModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return text(row, column);
    case Qt::EditRole:
        return column == Tags ? tagText(*row.runs.front()) : text(row, column);
    case kSortRole:
        return sortValue(row, column);
    case Qt::ToolTipRole:
        return help(row, column);
    case Qt::CheckStateRole:
        if (column == Drawn)
            return m_checked.contains(row.id) ? Qt::Checked : Qt::Unchecked;
        return {};
    case Qt::DecorationRole:
        if (column == Drawn && m_checked.contains(row.id))
            return swatch(m_colors.value(row.id), QApplication::palette());
        if (column == State)
            return widgets::themeIcon(stateIcon(row.runs.front()->state), QApplication::palette());
        return {};
    case Qt::FontRole:
        if (column == Name && row.id == m_base) {
            QFont bold;
            bold.setBold(true);
            return bold;
        }
        return {};
    case Qt::TextAlignmentRole:
        return isNumeric(column) ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                                 : QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    case Qt::AccessibleTextRole:
        if (column == Drawn)
            return m_checked.contains(row.id) ? tr("drawn") : tr("not drawn");
        return text(row, column);
    default:
        return {};
    }
}

QVariant RunTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    const ColumnInfo& info = kColumns[static_cast<std::size_t>(section)];
    if (role == Qt::DisplayRole)
        return tr(info.title);
    if (role == Qt::ToolTipRole) {
        const bool measured = section >= NdcgA && section <= HrB;
        const QString split = m_value.rule == ValueRule::BestAtValidation
            ? tr("Test metrics of the parameters that were best at validation")
            : tr("Validation metrics");
        return measured ? tr(info.help) + u'\n' + split : tr(info.help);
    }
    if (role == Qt::AccessibleTextRole && section == Drawn)
        return tr("Drawn");
    return {};
}

Qt::ItemFlags RunTableModel::flags(const QModelIndex& index) const
{
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    if (index.column() == Drawn)
        flags |= Qt::ItemIsUserCheckable;
    const bool single = index.isValid() && runsAt(index.row()).size() == 1;
    if (single && (index.column() == Tags || index.column() == Note))
        flags |= Qt::ItemIsEditable;
    return flags;
}

bool RunTableModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (!index.isValid())
        return false;
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    if (role == Qt::CheckStateRole && index.column() == Drawn) {
        setChecked(row.id, value.toInt() == Qt::Checked);
        Q_EMIT dataChanged(index, this->index(index.row(), Name));
        Q_EMIT checkedChanged();
        return true;
    }
    if (role != Qt::EditRole || !(flags(index) & Qt::ItemIsEditable))
        return false;
    const RunEntry& run = *row.runs.front();
    QStringList tags = tagText(run).split(u' ', Qt::SkipEmptyParts);
    QString note = QString::fromStdString(run.note);
    if (index.column() == Tags)
        tags = value.toString().replace(u',', u' ').split(u' ', Qt::SkipEmptyParts);
    else
        note = value.toString().simplified();
    Q_EMIT notesEdited(pathOf(row.runs.front()), tags, note);
    return true;
}

} // namespace fedcctr::studio
