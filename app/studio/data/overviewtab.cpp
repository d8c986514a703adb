// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/data/overviewtab.h"

#include "app/studio/data/datasetcharts.h"
#include "app/studio/data/statisticstable.h"
#include "widgets/savefile.h"

#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QStandardItemModel>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

/// What the dataset was made of, and what was left out: a sentence each.
QString sourceOf(const data::Dataset& dataset)
{
    const data::Provenance& source = dataset.provenance;
    QStringList files;
    for (const std::string& file : source.files)
        files.append(QString::fromStdString(file));
    QStringList lines;
    const QString format = QString::fromStdString(source.format);
    lines.append(files.isEmpty() ? OverviewTab::tr("Made by: %1").arg(format)
                                 : OverviewTab::tr("Made of: %1 (%2)").arg(files.join(u", "_s), format));
    lines.append(OverviewTab::tr("Filter: at least %1 interactions per user and domain, %2 per item. "
                                 "Split: %3, %4 evaluation negatives, seed %5.")
                     .arg(source.minUserInteractions)
                     .arg(source.minItemInteractions)
                     .arg(QString::fromLatin1(data::protocolName(source.protocol)))
                     .arg(source.evaluationNegatives)
                     .arg(source.seed));
    for (const std::string& note : source.notes)
        lines.append(u"• "_s + QString::fromStdString(note));
    return lines.join(u'\n');
}

} // namespace

OverviewTab::OverviewTab(QWidget* parent)
    : QWidget(parent)
    , m_columns(new QSplitter(Qt::Horizontal, this))
    , m_model(new QStandardItemModel(this))
    , m_table(new QTableView(this))
    , m_source(new QLabel(this))
    , m_charts(new DatasetCharts(this))
{
    m_columns->setObjectName(u"splitter_overview"_s);
    m_columns->setChildrenCollapsible(false);
    m_columns->addWidget(buildNumbers());
    auto* scroll = new QScrollArea(this);
    scroll->setObjectName(u"scroll_charts"_s);
    scroll->setAccessibleName(tr("Charts of the dataset"));
    scroll->setWidget(m_charts);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    m_columns->addWidget(scroll);
    m_columns->setStretchFactor(0, 0);
    m_columns->setStretchFactor(1, 1);
    connect(m_columns, &QSplitter::splitterMoved, this, [this] {
        m_isMoved = true;
        Q_EMIT layoutChanged();
    });
    connect(m_charts, &DatasetCharts::exported, this,
        [this](const QString& path) { Q_EMIT said(tr("Written: %1").arg(path)); });
    connect(m_charts, &DatasetCharts::exportFailed, this, &OverviewTab::failed);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->addWidget(m_columns);
}

QWidget* OverviewTab::buildNumbers()
{
    auto* side = new QWidget(m_columns);
    m_table->setObjectName(u"table_statistics"_s);
    m_table->setAccessibleName(tr("Statistics of the dataset"));
    m_table->setModel(m_model);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setAlternatingRowColors(true);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->setTabKeyNavigation(false);
    m_source->setObjectName(u"label_source"_s);
    m_source->setWordWrap(true);
    m_source->setTextFormat(Qt::PlainText);
    m_source->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_source->setAccessibleName(tr("Where the dataset comes from"));
    m_source->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    auto* notes = new QScrollArea(side);
    notes->setObjectName(u"scroll_source"_s);
    notes->setAccessibleName(tr("Where the dataset comes from"));
    notes->setWidget(m_source);
    notes->setWidgetResizable(true);
    notes->setFrameShape(QFrame::NoFrame);
    notes->setMaximumHeight(fontMetrics().height() * 8);

    auto* buttons = new QHBoxLayout;
    const auto add = [&](const QString& name, const QString& text, const QString& help, auto run) {
        auto* button = new QPushButton(text, side);
        button->setObjectName(name);
        button->setToolTip(help);
        button->setAccessibleName(text);
        connect(button, &QPushButton::clicked, this, run);
        buttons->addWidget(button);
    };
    add(u"button_copy_latex"_s, tr("Copy as LaTeX"),
        tr("Copy the table as LaTeX (booktabs), as in the paper's Table 3"), [this] { copy(true); });
    add(u"button_copy_csv"_s, tr("Copy as CSV"), tr("Copy the table as comma-separated values"),
        [this] { copy(false); });
    buttons->addStretch(1);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_table, 1);
    column->addLayout(buttons);
    column->addWidget(notes);
    return side;
}

void OverviewTab::setView(const SharedView& view)
{
    m_view = view;
    m_charts->setView(view);
    m_model->clear();
    m_source->clear();
    if (!view)
        return;
    const StatisticsTable table = statisticsTable(*view);
    QStringList columns;
    for (const QString& name : table.columns)
        columns.append(QString(name).replace(u", "_s, u"\n"_s));
    m_model->setHorizontalHeaderLabels(columns);
    QStringList names;
    for (const StatisticsTable::Row& row : table.rows) {
        QList<QStandardItem*> items;
        for (const QString& cell : row.cells) {
            auto* item = new QStandardItem(cell);
            item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            item->setToolTip(row.help);
            items.append(item);
        }
        m_model->appendRow(items);
        auto* name = new QStandardItem(row.name);
        name->setToolTip(row.help);
        m_model->setVerticalHeaderItem(m_model->rowCount() - 1, name);
    }
    m_source->setText(sourceOf(*view->dataset));
    if (!m_isMoved)
        showWholeTable();
}

/// As wide as all its columns are, as long as the charts keep their least width.
void OverviewTab::showWholeTable()
{
    m_table->resizeColumnsToContents();
    int needed = m_table->verticalHeader()->sizeHint().width() + m_table->horizontalHeader()->length()
        + 2 * m_table->frameWidth() + 2;
    needed = std::min(needed, fontMetrics().averageCharWidth() * 80);
    m_columns->setSizes({needed, std::max(fontMetrics().averageCharWidth() * 50, width() - needed)});
}

QString OverviewTab::text(bool latex) const
{
    if (!m_view)
        return {};
    const StatisticsTable table = statisticsTable(*m_view);
    const QString name = QString::fromStdString(m_view->dataset->provenance.name);
    return latex ? toLatex(table, tr("Statistics of %1").arg(name)) : toCsv(table);
}

void OverviewTab::copy(bool latex)
{
    QApplication::clipboard()->setText(text(latex));
    Q_EMIT said(latex ? tr("The table is on the clipboard, as LaTeX.")
                      : tr("The table is on the clipboard, as CSV."));
}

void OverviewTab::exportTable()
{
    if (!m_view)
        return;
    auto* dialog = new QFileDialog(this, tr("Export the statistics"), {}, tr("CSV (*.csv);;LaTeX (*.tex)"));
    dialog->setObjectName(u"dialog_export_statistics"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"csv"_s);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        const QString reason = widgets::saveFile(path, text(path.endsWith(u".tex"_s)).toUtf8());
        if (reason.isEmpty())
            Q_EMIT said(tr("Written: %1").arg(path));
        else
            Q_EMIT failed(tr("%1 cannot be written: %2; choose another place.").arg(path, reason));
    });
    dialog->open();
}

QByteArray OverviewTab::saveLayout() const
{
    return m_isMoved ? m_columns->saveState() : QByteArray();
}

void OverviewTab::restoreLayout(const QByteArray& layout)
{
    m_isMoved = m_columns->restoreState(layout);
}

} // namespace fedcctr::studio
