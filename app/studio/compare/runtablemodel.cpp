// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/compare/runtablemodel.h"
#include "app/studio/runs/runjob.h"

#include "widgets/theme.h"

#include <QApplication>
#include <QFont>
#include <QJsonArray>
#include <QLocale>
#include <QPainter>
#include <QPixmap>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using runs::RunEntry;
using runs::RunState;

namespace {

/// A column of measured values is of the first domain, or of the second.
bool isOfA(int column)
{
    using enum RunColumns::Column;
    return column == NdcgA || column == DiffA || column == MrrA || column == HrA || column == CtrAucA
        || column == CtrLossA;
}

std::string metricOf(int column)
{
    using enum RunColumns::Column;
    if (column <= DiffB)
        return "ndcg@10";
    if (column <= MrrB)
        return "mrr@10";
    if (column <= HrB)
        return "hr@10";
    return column <= CtrAucB ? "ctr_auc" : "ctr_logloss";
}

/// In the colour of the text, and of selected text.
QIcon tableIcon(const QString& name, const QPalette& palette)
{
    constexpr int kSize = 48;
    QIcon icon = widgets::themeIcon(name, palette);
    const QIcon selected = widgets::themeIcon(name, palette.color(QPalette::HighlightedText));
    icon.addPixmap(selected.pixmap(kSize, kSize), QIcon::Selected);
    return icon;
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

} // namespace

RunTableModel::RunTableModel(QObject* parent)
    : QAbstractTableModel(parent)
{
}

void RunTableModel::setRuns(const std::vector<EntryPtr>& runs)
{
    m_all = runs;
    std::vector<Row> rows = groupedRuns(m_all, m_grouping);
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
        const bool changed = next.name != row.name || next.runs.size() != row.runs.size()
            || !std::ranges::equal(
                next.runs, row.runs, [](const auto& a, const auto& b) { return sameContent(*a, *b); });
        row.runs = std::move(next.runs);
        row.name = std::move(next.name);
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

void RunTableModel::setGrouping(RunGrouping grouping)
{
    if (m_grouping == grouping)
        return;
    beginResetModel();
    m_grouping = grouping;
    std::vector<Row> rows = groupedRuns(m_all, m_grouping);
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
    Q_EMIT headerDataChanged(Qt::Horizontal, NdcgA, CtrLossB);
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
        if (std::ranges::any_of(
                m_rows[i].runs, [&path](const EntryPtr& entry) { return entry->path == path; }))
            return static_cast<int>(i);
    return -1;
}

std::vector<Subject> RunTableModel::checked() const
{
    std::vector<Subject> subjects;
    for (const Row& row : m_rows)
        if (m_checked.contains(row.id))
            subjects.push_back({row.id, text(row, Name), m_colors.value(row.id), row.id == m_base, row.runs});
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

std::vector<EntryPtr> RunTableModel::baseRuns() const
{
    const int row = rowOf(m_base);
    return row < 0 ? std::vector<EntryPtr>() : runsAt(row);
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

void RunTableModel::setTests(const QHash<QString, report::RowTests>& tests)
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
    return {{u"checked"_s, checked}, {u"colors"_s, colors}, {u"base"_s, m_base}, {u"grouped"_s, isGrouped()},
        {u"by_model"_s, m_grouping == RunGrouping::Model}};
}

void RunTableModel::restore(const QJsonObject& state)
{
    beginResetModel();
    if (state.contains("grouped"_L1))
        m_grouping = !state["grouped"_L1].toBool() ? RunGrouping::None
            : state["by_model"_L1].toBool()        ? RunGrouping::Model
                                                   : RunGrouping::Configuration;
    m_rows = groupedRuns(m_all, m_grouping);
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
    Comparison comparison;
    comparison.value = m_value;
    comparison.rounds = m_rounds;
    return valueOf(row.runs, comparison, isOfA(column) ? 0 : 1, metricOf(column));
}

/// NaN where there is nothing to compare: runs on another dataset rank other users.
double RunTableModel::difference(const Row& row, std::size_t domain) const
{
    const int base = rowOf(m_base);
    if (base < 0 || row.id == m_base || !runs::onSameData(*runsAt(base).front(), *row.runs.front()))
        return std::numeric_limits<double>::quiet_NaN();
    const int column = domain == 0 ? NdcgA : NdcgB;
    const double reference = estimate(m_rows[static_cast<std::size_t>(base)], column).mean;
    return (estimate(row, column).mean - reference) / reference;
}

QString RunTableModel::text(const Row& row, int column) const
{
    switch (column) {
    case Name:
        return isGrouped() ? row.name : columnText(row.runs, column);
    case NdcgA:
    case NdcgB:
    case MrrA:
    case MrrB:
    case HrA:
    case HrB:
    case CtrAucA:
    case CtrAucB:
        return percentText(estimate(row, column));
    case CtrLossA:
    case CtrLossB: {
        const Estimate loss = estimate(row, column);
        return loss.isKnown() ? QLocale().toString(loss.mean, 'f', 4) : QString();
    }
    case DiffA:
    case DiffB: {
        const std::size_t domain = column == DiffA ? 0 : 1;
        const double share = difference(row, domain);
        if (std::isnan(share))
            return row.id == m_base ? tr("base") : QString();
        const auto test = m_tests.constFind(row.id);
        const bool marked = test != m_tests.constEnd() && (*test)[domain] && (*test)[domain]->isSignificant();
        return u"%1%2 %%3"_s.arg(share > 0 ? u"+"_s : QString(), QLocale().toString(100 * share, 'f', 1),
            marked ? u"*"_s : QString());
    }
    default:
        return columnText(row.runs, column);
    }
}

QVariant RunTableModel::sortValue(const Row& row, int column) const
{
    const auto number = [](double value) { return std::isnan(value) ? QVariant() : QVariant(value); };
    if (column == Drawn)
        return m_checked.contains(row.id) ? 0 : 1;
    if (column == DiffA || column == DiffB)
        return number(difference(row, column == DiffA ? 0 : 1));
    if (column == Name)
        return text(row, column);
    return column >= NdcgA && column <= CtrLossB ? number(estimate(row, column).mean)
                                                 : columnSortValue(row.runs, column);
}

QString RunTableModel::help(const Row& row, int column) const
{
    if (column == DiffA || column == DiffB) {
        const auto test = m_tests.constFind(row.id);
        if (test != m_tests.constEnd())
            return testWords((*test)[column == DiffA ? 0 : 1]);
        return m_base.isEmpty() || row.id == m_base ? QString()
                                                    : tr("Draw the row to test it against the base.");
    }
    if (column == Name && isGrouped())
        return row.name + u'\n' + columnHelp(row.runs, column);
    if (column < NdcgA || column > CtrLossB)
        return columnHelp(row.runs, column);
    const bool first = isOfA(column);
    const QString split = m_value.rule == ValueRule::BestAtValidation ? tr("test") : tr("validation");
    const QString domain = QString::fromStdString(row.runs.front()->domains[first ? 0 : 1]);
    return u"%1, %2: %3"_s.arg(domain, split, intervalHelp(estimate(row, column)));
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
            return tableIcon(stateIcon(row.runs.front()->state), QApplication::palette());
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
    const ColumnInfo& info = columnInfo(section);
    if (role == Qt::DisplayRole)
        return tr(info.title);
    if (role == Qt::ToolTipRole) {
        const bool measured = section >= NdcgA && section <= CtrLossB;
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
