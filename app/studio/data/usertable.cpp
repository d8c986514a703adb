// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/data/usertable.h"

#include "app/studio/common/titles.h"
#include "widgets/theme.h"

#include <QDateTime>
#include <QFont>
#include <QGuiApplication>
#include <QLocale>
#include <QTimeZone>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

UserTable::UserTable(QObject* parent)
    : QAbstractTableModel(parent)
{
}

void UserTable::setView(const SharedView& view)
{
    beginResetModel();
    m_view = view;
    endResetModel();
}

int UserTable::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_view ? 0 : static_cast<int>(m_view->dataset->userCount());
}

int UserTable::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

qulonglong UserTable::length(std::size_t user, int column) const
{
    const auto& lengths = m_view->distributions.lengths;
    const std::size_t a = lengths[0][user];
    const std::size_t b = lengths[1][user];
    return column == LengthA ? a : column == LengthB ? b : a + b;
}

/// Bits: test in A, in B. Validation targets stand where test targets do.
int UserTable::targets(std::size_t user) const
{
    int bits = 0;
    for (const fedcctr::data::Domain domain : fedcctr::data::kDomains)
        if (m_view->dataset->targetPosition(fedcctr::data::Split::Test, domain, user) >= 0)
            bits |= domain == fedcctr::data::Domain::A ? 1 : 2;
    return bits;
}

QString UserTable::targetNames(std::size_t user) const
{
    const int bits = targets(user);
    const QString a = nameOf(*m_view->dataset, fedcctr::data::Domain::A);
    const QString b = nameOf(*m_view->dataset, fedcctr::data::Domain::B);
    if (bits == 3)
        return tr("both", "domains");
    return bits == 0 ? tr("none") : tr("only %1").arg(bits == 1 ? a : b);
}

QVariant UserTable::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const auto user = static_cast<std::size_t>(index.row());
    const int column = index.column();
    if (role == Qt::TextAlignmentRole && column != User && column != Targets)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != kSortRole)
        return {};
    if (column == User)
        return QString::fromStdString(m_view->dataset->users[user]);
    if (column == Targets)
        return role == kSortRole ? QVariant(targets(user)) : QVariant(targetNames(user));
    const qulonglong number = length(user, column);
    return role == kSortRole ? QVariant(number) : QVariant(QLocale().toString(number));
}

QVariant UserTable::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    const bool help = role == Qt::ToolTipRole;
    if (role != Qt::DisplayRole && !help)
        return {};
    switch (section) {
    case User:
        return help ? tr("The source's id of the user") : tr("User");
    case LengthA:
        return help ? tr("Interactions in the first domain") : u"|sᴬ|"_s;
    case LengthB:
        return help ? tr("Interactions in the second domain") : u"|sᴮ|"_s;
    case LengthM:
        return help ? tr("Interactions in both, merged by time") : u"|sᴹ|"_s;
    default:
        return help ? tr("Domains in which the user has a validation and a test target: those with three or "
                         "more interactions")
                    : tr("Targets");
    }
}

SequenceTable::SequenceTable(std::optional<fedcctr::data::Domain> domain, QObject* parent)
    : QAbstractTableModel(parent)
    , m_domain(domain)
{
}

void SequenceTable::show(const SharedView& view, std::size_t user, std::size_t length)
{
    beginResetModel();
    m_view = view;
    m_events.clear();
    for (const fedcctr::data::Event& event : view->dataset->events(user))
        if (!m_domain || view->dataset->domainOf(event.item) == *m_domain)
            m_events.push_back(event);
    // The last event is the newest target; where there is none, the next click would be.
    const bool hasTarget = !m_events.empty() && m_events.back().role == fedcctr::data::Role::Test;
    const std::size_t known = m_events.size() - (hasTarget ? 1 : 0);
    m_cut = known - std::min(known, length);
    endResetModel();
}

void SequenceTable::clear()
{
    beginResetModel();
    m_events.clear();
    m_cut = 0;
    endResetModel();
}

int SequenceTable::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_events.size());
}

int SequenceTable::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString SequenceTable::text(const fedcctr::data::Event& event, int row, int column) const
{
    const fedcctr::data::Dataset& dataset = *m_view->dataset;
    switch (column) {
    case Position:
        return QLocale().toString(row + 1);
    case Time:
        return dataset.provenance.hasTimes
            ? QDateTime::fromSecsSinceEpoch(event.time, QTimeZone::utc()).date().toString(Qt::ISODate)
            : QString();
    case DomainName:
        return nameOf(dataset, dataset.domainOf(event.item));
    case Title:
        return titleOf(dataset, event.item);
    default:
        break;
    }
    const QString use = event.role == fedcctr::data::Role::Test ? tr("test")
        : event.role == fedcctr::data::Role::Validation         ? tr("validation")
                                                                : tr("train");
    return static_cast<std::size_t>(row) < m_cut ? tr("%1, cut").arg(use) : use;
}

QVariant SequenceTable::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const fedcctr::data::Event& event = m_events[static_cast<std::size_t>(index.row())];
    const bool isCut = static_cast<std::size_t>(index.row()) < m_cut;
    const bool isHeldOut = event.role != fedcctr::data::Role::Train;
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:
        return text(event, index.row(), index.column());
    case Qt::FontRole:
        if (isHeldOut) {
            QFont bold = QGuiApplication::font();
            bold.setBold(true);
            return bold;
        }
        return {};
    case Qt::ForegroundRole:
        return isCut ? QVariant(widgets::themeColors(QGuiApplication::palette()).muted) : QVariant();
    case Qt::TextAlignmentRole:
        return index.column() == Position ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
    default:
        return {};
    }
}

QVariant SequenceTable::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Position:
        return tr("#");
    case Time:
        return tr("Day (UTC)");
    case DomainName:
        return tr("Domain");
    case Title:
        return tr("Title");
    default:
        return tr("Use");
    }
}

} // namespace fedcctr::studio
