// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/compare/runlist.h"

#include "app/studio/compare/runproxy.h"
#include "app/studio/compare/runtablemodel.h"
#include "widgets/theme.h"

#include <QAction>
#include <QFileInfo>
#include <QHeaderView>
#include <QJsonArray>
#include <QListWidget>
#include <QMenu>
#include <QPainter>
#include <QStyle>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

/// An empty check box of the style vanishes on a dark table: its frame is drawn here.
class DrawnDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::paint(painter, option, index);
        QStyleOptionViewItem filled = option;
        initStyleOption(&filled, index);
        const QWidget* table = option.widget;
        const QRect box =
            table->style()->subElementRect(QStyle::SE_ItemViewItemCheckIndicator, &filled, table);
        const bool selected = option.state.testFlag(QStyle::State_Selected);
        painter->save();
        painter->setPen(selected ? option.palette.color(QPalette::HighlightedText)
                                 : widgets::themeColors(option.palette).muted);
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(box.adjusted(0, 0, -1, -1));
        painter->restore();
    }
};

/// In characters of the table's font.
int firstWidth(int column)
{
    switch (column) {
    case RunTableModel::Drawn:
        return 7;
    case RunTableModel::Name:
        return 30;
    case RunTableModel::State:
        return 17;
    case RunTableModel::Epsilon:
        return 38;
    case RunTableModel::NdcgA:
    case RunTableModel::NdcgB:
    case RunTableModel::MrrA:
    case RunTableModel::MrrB:
    case RunTableModel::HrA:
    case RunTableModel::HrB:
    case RunTableModel::CtrAucA:
    case RunTableModel::CtrAucB:
    case RunTableModel::CtrLossA:
    case RunTableModel::CtrLossB:
    case RunTableModel::Started:
        return 17;
    case RunTableModel::Tags:
    case RunTableModel::Note:
    case RunTableModel::Dataset:
        return 18;
    case RunTableModel::Model:
    case RunTableModel::Preset:
    case RunTableModel::Rounds:
        return 12;
    case RunTableModel::DiffA:
    case RunTableModel::DiffB:
        return 10;
    default:
        return 8;
    }
}

} // namespace

RunList::RunList(RunTableModel* model, QWidget* parent)
    : QWidget(parent)
    , m_model(model)
    , m_proxy(new RunProxy(model, this))
    , m_table(new QTableView(this))
    , m_menu(new QMenu(this))
    , m_fold(new QToolButton(this))
    , m_unreadable(new QListWidget(this))
{
    setObjectName(u"run_list"_s);
    buildTable();
    buildActions();
    m_fold->setObjectName(u"button_unreadable"_s);
    m_fold->setToolTip(tr("Folders beside the runs that hold no run, or one that cannot be read, and why"));
    m_fold->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_fold->setCheckable(true);
    m_fold->setAutoRaise(true);
    m_fold->setArrowType(Qt::RightArrow);
    m_unreadable->setObjectName(u"list_unreadable"_s);
    m_unreadable->setAccessibleName(tr("Folders that are no runs"));
    m_unreadable->setToolTip(tr("Folder: reason"));
    m_unreadable->setMaximumHeight(fontMetrics().height() * 5);
    connect(m_fold, &QToolButton::toggled, this, [this](bool open) {
        m_fold->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
        m_unreadable->setVisible(open);
    });
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(m_table, 1);
    column->addWidget(m_fold);
    column->addWidget(m_unreadable);
    setUnreadable({});
}

void RunList::buildTable()
{
    m_table->setObjectName(u"table_runs"_s);
    m_table->setAccessibleName(tr("Runs"));
    m_table->setModel(m_proxy);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(RunTableModel::Started, Qt::DescendingOrder);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
    m_table->setAlternatingRowColors(true);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->verticalHeader()->setDefaultSectionSize(std::max(24, fontMetrics().height() * 3 / 2));
    m_table->horizontalHeader()->setSectionsMovable(true);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->setItemDelegateForColumn(RunTableModel::Drawn, new DrawnDelegate(m_table));
    m_table->setMinimumHeight(fontMetrics().height() * 6);
    resetColumns();
    connect(m_table, &QWidget::customContextMenuRequested, this, &RunList::showMenu);
    connect(
        m_table->horizontalHeader(), &QWidget::customContextMenuRequested, this, [this](const QPoint& at) {
            QMenu menu;
            fillColumnMenu(&menu);
            menu.exec(m_table->horizontalHeader()->mapToGlobal(at));
        });
    connect(m_table->horizontalHeader(), &QHeaderView::sectionResized, this, &RunList::layoutEdited);
    connect(m_table->horizontalHeader(), &QHeaderView::sectionMoved, this, &RunList::layoutEdited);
    connect(m_table->horizontalHeader(), &QHeaderView::sortIndicatorChanged, this, &RunList::layoutEdited);
}

void RunList::buildActions()
{
    m_menu->setObjectName(u"menu_run"_s);
    const auto add = [this](const QString& name, const QString& text, const QString& help,
                         const QKeySequence& key, auto run) {
        auto* action = new QAction(text, this);
        action->setObjectName(name);
        action->setToolTip(help);
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetShortcut);
        m_menu->addAction(action);
        m_table->addAction(action);
        connect(action, &QAction::triggered, this, run);
        return action;
    };
    const auto withRun = [this](void (RunList::*signal)(const QString&)) {
        return [this, signal] {
            const auto runs = selectedRuns();
            if (!runs.empty())
                Q_EMIT(this->*signal)(pathOf(runs.front()));
        };
    };
    m_menu->setToolTipsVisible(true);
    add(u"action_draw"_s, tr("Draw, or do not draw"), tr("Shows the row in the tabs below"), Qt::Key_Space,
        [this] { toggleDrawn(); });
    add(u"action_base"_s, tr("Set as base"), tr("The other rows are compared with this one"), Qt::Key_B,
        [this] {
            if (const int row = currentRow(); row >= 0)
                Q_EMIT baseChosen(m_model->idAt(row));
        });
    m_menu->addSeparator();
    add(u"action_show"_s, tr("Show on Train"), tr("Its curves, tiles and log on the page Train"),
        Qt::Key_Return, withRun(&RunList::showRequested));
    add(u"action_embeddings"_s, tr("Embeddings"), tr("Its users as points on the page Embeddings"), {},
        withRun(&RunList::embeddingsRequested));
    add(u"action_duplicate"_s, tr("Duplicate as new experiment"),
        tr("Copies its settings to the draft on the page Experiment"), Qt::CTRL | Qt::Key_D,
        withRun(&RunList::duplicateRequested));
    add(u"action_folder"_s, tr("Open folder"), tr("Shows the run directory in the file manager"), {},
        withRun(&RunList::folderRequested));
    m_menu->addSeparator();
    add(u"action_delete"_s, tr("Move to the bin…"), tr("Moves the selected run directories to the bin; asks"),
        QKeySequence::Delete, [this] {
            QStringList runs;
            for (const EntryPtr& run : selectedRuns())
                runs.append(pathOf(run));
            if (!runs.isEmpty())
                Q_EMIT deleteRequested(runs);
        });
}

int RunList::currentRow() const
{
    const QModelIndex index = m_proxy->mapToSource(m_table->currentIndex());
    return index.isValid() ? index.row() : -1;
}

void RunList::toggleDrawn()
{
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    const QModelIndexList drawn = rows.isEmpty() ? QModelIndexList{m_table->currentIndex()} : rows;
    for (const QModelIndex& index : drawn) {
        const QModelIndex box = index.siblingAtColumn(RunTableModel::Drawn);
        const bool on = box.data(Qt::CheckStateRole).toInt() == Qt::Checked;
        m_proxy->setData(box, on ? Qt::Unchecked : Qt::Checked, Qt::CheckStateRole);
    }
}

void RunList::showMenu(const QPoint& position)
{
    if (m_table->indexAt(position).isValid())
        m_menu->popup(m_table->viewport()->mapToGlobal(position));
}

void RunList::setUnreadable(const std::vector<EntryPtr>& entries)
{
    m_unreadable->clear();
    for (const EntryPtr& entry : entries)
        m_unreadable->addItem(u"%1: %2 – %3"_s.arg(QString::fromStdString(wordsOf(entry->state)),
            QString::fromStdString(entry->name), QString::fromStdString(entry->problem)));
    m_fold->setText(tr("%n folder(s) cannot be read as runs", nullptr, static_cast<int>(entries.size())));
    m_fold->setAccessibleName(m_fold->text());
    m_fold->setVisible(!entries.empty());
    m_unreadable->setVisible(!entries.empty() && m_fold->isChecked());
}

std::vector<EntryPtr> RunList::selectedRuns() const
{
    QModelIndexList rows = m_table->selectionModel()->selectedRows();
    if (rows.isEmpty() && m_table->currentIndex().isValid())
        rows.append(m_table->currentIndex());
    std::vector<EntryPtr> runs;
    for (const QModelIndex& index : rows)
        for (const EntryPtr& run : m_model->runsAt(m_proxy->mapToSource(index).row()))
            runs.push_back(run);
    return runs;
}

bool RunList::selectRun(const QString& run)
{
    const int row = m_model->rowOfRun(run);
    const QModelIndex index =
        row < 0 ? QModelIndex() : m_proxy->mapFromSource(m_model->index(row, RunTableModel::Name));
    if (!index.isValid())
        return false;
    m_table->setCurrentIndex(index);
    m_table->scrollTo(index);
    return true;
}

void RunList::fillColumnMenu(QMenu* menu)
{
    menu->clear();
    menu->setToolTipsVisible(true);
    for (int column = RunTableModel::State; column < RunTableModel::ColumnCount; ++column) {
        QAction* action =
            menu->addAction(m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
        action->setObjectName(u"action_column_"_s + QString::fromLatin1(columnInfo(column).id));
        action->setToolTip(m_model->headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString());
        action->setCheckable(true);
        action->setChecked(!m_table->isColumnHidden(column));
        connect(action, &QAction::toggled, m_table, [this, column](bool shown) {
            m_table->setColumnHidden(column, !shown);
            Q_EMIT layoutEdited();
        });
    }
}

void RunList::resetColumns()
{
    QHeaderView* header = m_table->horizontalHeader();
    const int unit = fontMetrics().averageCharWidth() + 1;
    for (int column = 0; column < RunTableModel::ColumnCount; ++column) {
        header->moveSection(header->visualIndex(column), column);
        m_table->setColumnWidth(column, firstWidth(column) * unit);
        m_table->setColumnHidden(column, !columnInfo(column).shown);
    }
}

QJsonObject RunList::state() const
{
    const QHeaderView* header = m_table->horizontalHeader();
    const int unit = fontMetrics().averageCharWidth() + 1;
    QJsonArray columns;
    for (int place = 0; place < header->count(); ++place) {
        const int column = header->logicalIndex(place);
        const bool hidden = header->isSectionHidden(column);
        // Widths of hidden columns are zero, and widths in characters survive another font.
        QJsonObject one{{u"id"_s, QString::fromLatin1(columnInfo(column).id)}, {u"shown"_s, !hidden}};
        if (!hidden)
            one[u"width"_s] = static_cast<double>(header->sectionSize(column)) / unit;
        columns.append(one);
    }
    return {{u"columns"_s, columns},
        {u"sort"_s, QString::fromLatin1(columnInfo(header->sortIndicatorSection()).id)},
        {u"descending"_s, header->sortIndicatorOrder() == Qt::DescendingOrder}};
}

void RunList::restore(const QJsonObject& state)
{
    QHeaderView* header = m_table->horizontalHeader();
    const int unit = fontMetrics().averageCharWidth() + 1;
    const auto columnOf = [](const QString& id) {
        for (int column = 0; column < RunTableModel::ColumnCount; ++column)
            if (QString::fromLatin1(columnInfo(column).id) == id)
                return column;
        return -1;
    };
    int place = 0;
    for (const QJsonValue& value : state["columns"_L1].toArray()) {
        const QJsonObject one = value.toObject();
        const int column = columnOf(one["id"_L1].toString());
        if (column < 0)
            continue;
        header->moveSection(header->visualIndex(column), place++);
        m_table->setColumnHidden(column, !one["shown"_L1].toBool());
        if (const double width = one["width"_L1].toDouble(); width > 0)
            m_table->setColumnWidth(column, static_cast<int>(width * unit + 0.5));
    }
    if (const int column = columnOf(state["sort"_L1].toString()); column >= 0)
        m_table->sortByColumn(
            column, state["descending"_L1].toBool() ? Qt::DescendingOrder : Qt::AscendingOrder);
}

} // namespace fedcctr::studio
