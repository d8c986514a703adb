// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/common/tablebox.h"

#include "core/base/numbers.h"
#include "widgets/savefile.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QSortFilterProxyModel>
#include <QStandardItemModel>
#include <QStandardPaths>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <optional>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

using report::Table;

namespace {

constexpr int kSortRole = Qt::UserRole;

/// What a cell is sorted by.
QVariant sortValue(const std::string& cell)
{
    if (cell.empty())
        return {};
    const std::optional<double> number = numberIn<double>(cell);
    return number ? QVariant(*number) : QVariant(QString::fromStdString(cell));
}

QByteArray toJson(const Table& table)
{
    QJsonArray rows;
    for (const auto& cells : table.rows) {
        QJsonObject row;
        for (std::size_t i = 0; i < cells.size(); ++i)
            row[QString::fromStdString(table.columns[i])] = QString::fromStdString(cells[i]);
        rows.append(row);
    }
    return QJsonDocument(QJsonObject{{u"title"_s, QString::fromStdString(table.title)}, {u"rows"_s, rows}})
        .toJson();
}

void emphasize(QStandardItem& item, report::Emphasis emphasis)
{
    if (emphasis == report::Emphasis::None)
        return;
    QFont font = item.font();
    font.setBold(emphasis == report::Emphasis::Best);
    font.setUnderline(emphasis == report::Emphasis::Second);
    item.setFont(font);
}

QString formatted(const Table& table, const QString& format)
{
    if (format == "tex"_L1)
        return QString::fromStdString(report::toLatex(table));
    if (format == "md"_L1)
        return toMarkdown(table);
    if (format == "json"_L1)
        return QString::fromUtf8(toJson(table));
    return QString::fromStdString(report::toCsv(table));
}

} // namespace

QString toMarkdown(const Table& table)
{
    const auto line = [](const std::vector<std::string>& cells) {
        QString text = u"|"_s;
        for (const std::string& cell : cells)
            text += u' ' + QString::fromStdString(cell).replace(u'|', u"\\|"_s) + u" |"_s;
        return text + u'\n';
    };
    QString text = line(table.columns) + u"|"_s;
    for (std::size_t i = 0; i < table.columns.size(); ++i)
        text += u" --- |"_s;
    text += u'\n';
    for (const auto& row : table.rows)
        text += line(row);
    return text;
}

QString writeTable(const QString& path, const Table& table)
{
    const QString reason =
        widgets::saveFile(path, formatted(table, QFileInfo(path).suffix().toLower()).toUtf8());
    return reason.isEmpty() ? QString() : TableBox::tr("%1 cannot be written: %2").arg(path, reason);
}

TableBox::TableBox(const QString& name, const QString& accessibleName, QWidget* parent)
    : QWidget(parent)
    , m_model(new QStandardItemModel(this))
    , m_proxy(new QSortFilterProxyModel(this))
    , m_view(new QTableView(this))
    , m_empty(new QLabel(this))
    , m_bar(new QHBoxLayout)
{
    m_proxy->setSourceModel(m_model);
    m_proxy->setFilterKeyColumn(-1);
    m_proxy->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_view->setObjectName(name);
    m_view->setAccessibleName(accessibleName);
    m_view->setModel(m_proxy);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setAlternatingRowColors(true);
    m_view->setTabKeyNavigation(false);
    m_view->setWordWrap(false);
    m_view->verticalHeader()->hide();
    m_view->verticalHeader()->setDefaultSectionSize(std::max(24, fontMetrics().height() * 3 / 2));
    m_view->horizontalHeader()->setHighlightSections(false);
    connect(m_view, &QTableView::activated, this,
        [this](const QModelIndex& index) { Q_EMIT rowActivated(m_proxy->mapToSource(index).row()); });
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
        [this](const QModelIndex& index) { Q_EMIT rowChosen(m_proxy->mapToSource(index).row()); });
    buildBar(name);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(m_bar);
    column->addWidget(m_view, 1);
    column->addWidget(m_empty, 1);
    m_empty->setObjectName(name + u"_empty"_s);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_view->hide();
}

void TableBox::buildBar(const QString& name)
{
    auto* copyButton = new QToolButton(this);
    copyButton->setObjectName(name + u"_copy"_s);
    copyButton->setText(tr("Copy"));
    copyButton->setToolTip(tr("Copies the table as CSV, LaTeX (booktabs) or Markdown"));
    copyButton->setFocusPolicy(Qt::StrongFocus);
    copyButton->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(copyButton);
    const QList<QPair<QString, QString>> formats{
        {u"csv"_s, tr("as CSV")}, {u"tex"_s, tr("as LaTeX (booktabs)")}, {u"md"_s, tr("as Markdown")}};
    for (const auto& [format, text] : formats) {
        QAction* action = menu->addAction(text, this, [this, format = format] { copy(format); });
        action->setObjectName(name + u"_copy_"_s + format);
    }
    copyButton->setMenu(menu);
    auto* exportButton = new QToolButton(this);
    exportButton->setObjectName(name + u"_export"_s);
    exportButton->setText(tr("Export…"));
    exportButton->setToolTip(tr("Writes the table as CSV, LaTeX (booktabs), Markdown or JSON"));
    exportButton->setFocusPolicy(Qt::StrongFocus);
    connect(exportButton, &QToolButton::clicked, this, &TableBox::askForFile);
    m_bar->addStretch(1);
    m_bar->addWidget(copyButton);
    m_bar->addWidget(exportButton);
}

void TableBox::setTable(const Table& table)
{
    const QModelIndex before = m_view->currentIndex();
    const QString current = before.isValid() ? before.siblingAtColumn(0).data().toString() : QString();
    const int scroll = m_view->verticalScrollBar()->value();
    const bool sameColumns = m_table.columns == table.columns;
    m_table = table;
    if (sameColumns)
        m_model->setRowCount(0); // clear() would forget the columns' widths
    else
        m_model->clear();
    QStringList columns;
    for (const std::string& column : table.columns)
        columns.append(QString::fromStdString(column));
    m_model->setHorizontalHeaderLabels(columns);
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        QList<QStandardItem*> row;
        for (std::size_t column = 0; column < table.rows[i].size(); ++column) {
            auto* item = new QStandardItem(QString::fromStdString(table.rows[i][column]));
            item->setToolTip(item->text());
            item->setData(sortValue(table.rows[i][column]), kSortRole);
            emphasize(*item, table.emphasisAt(i, column));
            row.append(item);
        }
        m_model->appendRow(row);
    }
    for (int row = 0; row < m_proxy->rowCount() && !current.isEmpty(); ++row)
        if (m_proxy->index(row, 0).data().toString() == current)
            m_view->setCurrentIndex(m_proxy->index(row, 0));
    m_view->verticalScrollBar()->setValue(scroll);
    m_view->setHidden(table.rows.empty());
    m_empty->setVisible(table.rows.empty());
    if (!sameColumns)
        fitColumns();
}

/// As wide as the words, up to a limit.
void TableBox::fitColumns()
{
    m_view->resizeColumnsToContents();
    const int most = fontMetrics().averageCharWidth() * 45;
    for (int column = 0; column < m_model->columnCount(); ++column)
        m_view->setColumnWidth(
            column, std::min(most, m_view->columnWidth(column) + fontMetrics().averageCharWidth()));
}

void TableBox::setHelp(int row, int column, const QString& help)
{
    if (QStandardItem* item = m_model->item(row, column))
        item->setToolTip(help);
}

void TableBox::setGrey(int row)
{
    for (int column = 0; column < m_model->columnCount(); ++column)
        if (QStandardItem* item = m_model->item(row, column))
            item->setForeground(widgets::themeColors(palette()).muted);
}

void TableBox::setButton(int row, int column, const QString& name, const QString& text, const QString& help,
    const std::function<void()>& run)
{
    const QModelIndex index = m_proxy->mapFromSource(m_model->index(row, column));
    if (!index.isValid())
        return;
    auto* button = new QPushButton(text, m_view);
    button->setObjectName(name);
    button->setToolTip(help);
    button->setAccessibleName(help);
    connect(button, &QPushButton::clicked, this, run);
    m_view->setIndexWidget(index, button);
}

void TableBox::setEmptyText(const QString& text)
{
    m_empty->setText(text);
}

void TableBox::setSortable()
{
    m_proxy->setSortRole(kSortRole);
    m_view->sortByColumn(-1, Qt::AscendingOrder); // as it was set, until a head is clicked
    m_view->setSortingEnabled(true);
}

void TableBox::chooseRow(int row)
{
    const QModelIndex index = m_proxy->mapFromSource(m_model->index(row, 0));
    m_view->setCurrentIndex(index);
    if (index.isValid())
        m_view->scrollTo(index);
    else
        m_view->clearSelection();
}

void TableBox::find(const QString& words)
{
    m_proxy->setFilterFixedString(words);
}

void TableBox::copy(const QString& format)
{
    QApplication::clipboard()->setText(formatted(m_table, format));
}

void TableBox::askForFile()
{
    auto* dialog = new QFileDialog(
        this, tr("Export table"), QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
    dialog->setObjectName(m_view->objectName() + u"_dialog"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters(
        {tr("Table (*.csv)"), tr("LaTeX, booktabs (*.tex)"), tr("Markdown (*.md)"), tr("JSON (*.json)")});
    dialog->setDefaultSuffix(u"csv"_s);
    connect(dialog, &QFileDialog::filterSelected, dialog,
        [dialog](const QString& filter) { dialog->setDefaultSuffix(filter.section(u"*."_s, 1).chopped(1)); });
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        const QString failure = writeTable(path, m_table);
        if (failure.isEmpty())
            Q_EMIT exported(path);
        else
            Q_EMIT exportFailed(failure);
    });
    dialog->open();
}

} // namespace fedcctr::studio
