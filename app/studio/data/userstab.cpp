// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/data/userstab.h"

#include "app/studio/data/usertable.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QSortFilterProxyModel>
#include <QSpinBox>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr int kLengthByDefault = 20;

constexpr std::array<const char*, 3> kLaneNames{"a", "b", "merged"};

std::optional<data::Domain> domainAt(std::size_t place)
{
    return place < data::kDomains.size() ? std::optional(data::kDomains[place]) : std::nullopt;
}

void makeReadOnly(QTableView* table)
{
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setAlternatingRowColors(true);
    table->setTabKeyNavigation(false);
    table->setWordWrap(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 4);
}

} // namespace

UsersTab::UsersTab(QWidget* parent)
    : QWidget(parent)
    , m_users(new UserTable(this))
    , m_found(new QSortFilterProxyModel(this))
    , m_columns(new QSplitter(Qt::Horizontal, this))
{
    m_columns->setObjectName(u"splitter_users"_s);
    m_columns->setChildrenCollapsible(false);
    m_columns->addWidget(buildUsers());
    m_columns->addWidget(buildSequences());
    m_columns->setStretchFactor(0, 0);
    m_columns->setStretchFactor(1, 1);
    m_columns->setSizes({fontMetrics().averageCharWidth() * 46, fontMetrics().averageCharWidth() * 100});
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->addWidget(m_columns);
    connectParts();
}

QWidget* UsersTab::buildUsers()
{
    auto* side = new QWidget(m_columns);
    m_search = new QLineEdit(side);
    m_search->setObjectName(u"edit_find_user"_s);
    m_search->setPlaceholderText(tr("Find a user…"));
    m_search->setAccessibleName(tr("Find a user"));
    m_search->setToolTip(tr("Part of a user's id (Ctrl+F); Esc clears"));
    m_search->setClearButtonEnabled(true);
    m_count = new QLabel(side);
    m_count->setObjectName(u"label_users"_s);
    m_count->setAccessibleName(tr("Users found"));
    m_found->setSourceModel(m_users);
    m_found->setSortRole(UserTable::kSortRole);
    m_found->setFilterKeyColumn(UserTable::User);
    m_found->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_table = new QTableView(side);
    m_table->setObjectName(u"table_users"_s);
    m_table->setAccessibleName(tr("Users"));
    makeReadOnly(m_table);
    m_table->setModel(m_found);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(UserTable::User, Qt::AscendingOrder);
    m_table->horizontalHeader()->setStretchLastSection(true);
    auto* top = new QHBoxLayout;
    top->addWidget(m_search, 1);
    top->addWidget(m_count);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(top);
    column->addWidget(m_table, 1);
    return side;
}

QWidget* UsersTab::buildSequences()
{
    auto* side = new QWidget(m_columns);
    m_title = new QLabel(side);
    m_title->setObjectName(u"label_user"_s);
    m_title->setAccessibleName(tr("Chosen user"));
    m_length = new QSpinBox(side);
    m_length->setObjectName(u"spin_length"_s);
    m_length->setRange(5, 200);
    m_length->setValue(kLengthByDefault);
    m_length->setAccessibleName(tr("History length L"));
    m_length->setToolTip(
        tr("History length L, 5 to 200 events: a model sees at most the newest L events of each "
           "sequence before a target; older ones are marked as cut. Only shown here: "
           "the setting of a run is on Experiment"));
    auto* label = new QLabel(tr("Cut at &L ="), side);
    label->setBuddy(m_length);
    auto* top = new QHBoxLayout;
    top->addWidget(m_title, 1);
    top->addWidget(label);
    top->addWidget(m_length);

    m_lanes = new QSplitter(Qt::Vertical, side);
    m_lanes->setObjectName(u"splitter_lanes"_s);
    m_lanes->setChildrenCollapsible(false);
    auto* pair = new QWidget(m_lanes);
    auto* pairRow = new QHBoxLayout(pair);
    pairRow->setContentsMargins(0, 0, 0, 0);
    for (const std::size_t place : {0U, 1U}) {
        auto* lane = new QVBoxLayout;
        m_laneTables[place] = addSequence(pair, lane, place);
        pairRow->addLayout(lane);
    }
    auto* merged = new QWidget(m_lanes);
    auto* mergedColumn = new QVBoxLayout(merged);
    mergedColumn->setContentsMargins(0, 0, 0, 0);
    m_laneTables[2] = addSequence(merged, mergedColumn, 2);
    m_lanes->addWidget(pair);
    m_lanes->addWidget(merged);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(top);
    column->addWidget(m_lanes, 1);
    return side;
}

QTableView* UsersTab::addSequence(QWidget* parent, QLayout* column, std::size_t place)
{
    const QString name = QLatin1String(kLaneNames[place]);
    m_laneTitles[place] = new QLabel(parent);
    m_laneTitles[place]->setObjectName(u"label_sequence_"_s + name);
    m_sequences[place] = new SequenceTable(domainAt(place), this);
    auto* table = new QTableView(parent);
    table->setObjectName(u"table_sequence_"_s + name);
    table->setAccessibleName(tr("Sequence of the user, %1").arg(name));
    makeReadOnly(table);
    table->setModel(m_sequences[place]);
    // Two lanes beside each other need the room for the titles.
    table->setColumnHidden(SequenceTable::DomainName, domainAt(place).has_value());
    table->setColumnHidden(SequenceTable::Position, domainAt(place).has_value());
    table->horizontalHeader()->setSectionResizeMode(SequenceTable::Title, QHeaderView::Stretch);
    column->addWidget(m_laneTitles[place]);
    column->addWidget(table);
    return table;
}

void UsersTab::connectParts()
{
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_found->setFilterFixedString(text);
        showCount();
        Q_EMIT stateChanged();
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
        [this](const QModelIndex& current) {
            if (!current.isValid())
                return;
            m_chosen = current.siblingAtColumn(UserTable::User).data().toString();
            showUser();
            Q_EMIT stateChanged();
        });
    connect(m_table->horizontalHeader(), &QHeaderView::sortIndicatorChanged, this, &UsersTab::stateChanged);
    connect(m_length, &QSpinBox::valueChanged, this, [this] {
        showUser();
        Q_EMIT stateChanged();
    });
    for (const QSplitter* splitter : {m_columns, m_lanes})
        connect(splitter, &QSplitter::splitterMoved, this, &UsersTab::stateChanged);
}

void UsersTab::setView(const SharedView& view)
{
    const QString chosen = m_chosen;
    m_view = view;
    m_users->setView(view);
    showCount();
    for (SequenceTable* sequence : m_sequences)
        sequence->clear();
    m_title->clear();
    if (!view)
        return;
    sizeColumns();
    choose(chosen);
    if (!m_table->currentIndex().isValid())
        m_table->selectRow(0);
}

/// By the widest that can stand there: the rows are thousands.
void UsersTab::sizeColumns()
{
    const int digit = fontMetrics().horizontalAdvance(u'0');
    m_table->setColumnWidth(UserTable::User, digit * 9);
    for (const int column : {UserTable::LengthA, UserTable::LengthB, UserTable::LengthM})
        m_table->setColumnWidth(column, digit * 5);
    const bool hasTimes = m_view->dataset->provenance.hasTimes;
    for (QTableView* table : m_laneTables) {
        table->setColumnHidden(SequenceTable::Time, !hasTimes);
        table->setColumnWidth(SequenceTable::Position, digit * 4);
        table->setColumnWidth(SequenceTable::Time, digit * 11);
        table->setColumnWidth(SequenceTable::Use, digit * 11);
    }
}

void UsersTab::choose(const QString& user)
{
    const QModelIndexList found =
        m_found->match(m_found->index(0, UserTable::User), Qt::DisplayRole, user, 1, Qt::MatchExactly);
    if (found.isEmpty())
        return;
    m_table->selectRow(found.first().row());
    m_table->scrollTo(found.first(), QAbstractItemView::PositionAtCenter);
}

void UsersTab::showCount()
{
    const auto all = static_cast<std::size_t>(m_users->rowCount());
    const auto found = static_cast<std::size_t>(m_found->rowCount());
    m_count->setText(found == all ? tr("%1 users").arg(counted(all))
                                  : tr("%1 of %2 users").arg(counted(found), counted(all)));
}

void UsersTab::showUser()
{
    const QModelIndex current = m_table->currentIndex();
    if (!m_view || !current.isValid())
        return;
    const auto user = static_cast<std::size_t>(m_found->mapToSource(current).row());
    m_title->setText(tr("User %1").arg(m_chosen));
    for (std::size_t place = 0; place < m_sequences.size(); ++place) {
        SequenceTable* sequence = m_sequences[place];
        sequence->show(m_view, user, static_cast<std::size_t>(m_length->value()));
        const auto domain = domainAt(place);
        const QString name = domain ? nameOf(*m_view->dataset, *domain) : tr("Both domains, merged");
        const QString events = counted(static_cast<std::size_t>(sequence->rowCount()));
        const QString title = sequence->cut() == 0
            ? tr("%1: %2 events").arg(name, events)
            : tr("%1: %2 events, the oldest %3 cut").arg(name, events, counted(sequence->cut()));
        m_laneTitles[place]->setText(title);
        m_laneTables[place]->setAccessibleName(title);
        m_laneTables[place]->scrollToBottom();
    }
}

void UsersTab::find()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

QJsonObject UsersTab::state() const
{
    return {{u"columns"_s, QString::fromLatin1(m_columns->saveState().toBase64())},
        {u"lanes"_s, QString::fromLatin1(m_lanes->saveState().toBase64())}, {u"search"_s, m_search->text()},
        {u"sortColumn"_s, m_table->horizontalHeader()->sortIndicatorSection()},
        {u"sortDown"_s, m_table->horizontalHeader()->sortIndicatorOrder() == Qt::DescendingOrder},
        {u"user"_s, m_chosen}, {u"length"_s, m_length->value()}};
}

void UsersTab::restore(const QJsonObject& state)
{
    m_columns->restoreState(QByteArray::fromBase64(state[u"columns"_s].toString().toLatin1()));
    m_lanes->restoreState(QByteArray::fromBase64(state[u"lanes"_s].toString().toLatin1()));
    m_length->setValue(state[u"length"_s].toInt(kLengthByDefault));
    const int column = state[u"sortColumn"_s].toInt(UserTable::User);
    if (column >= 0 && column < UserTable::ColumnCount)
        m_table->sortByColumn(
            column, state[u"sortDown"_s].toBool() ? Qt::DescendingOrder : Qt::AscendingOrder);
    m_chosen = state[u"user"_s].toString();
    m_search->setText(state[u"search"_s].toString());
    choose(m_chosen);
}

} // namespace fedcctr::studio
