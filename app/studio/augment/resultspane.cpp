// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/augment/resultspane.h"
#include "app/studio/common/titles.h"

#include "app/studio/augment/augmenttable.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QScrollArea>
#include <QSettings>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QTableView>
#include <QtConcurrent>

#include <array>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

constexpr int kSearchDelayMs = 200;

} // namespace

ResultsPane::ResultsPane(augment::Stage stage, QSettings* settings, QWidget* parent)
    : QWidget(parent)
    , m_stage(stage)
    , m_settings(settings)
    , m_model(new AugmentTable(stage, this))
    , m_rows(new QSortFilterProxyModel(this))
    , m_splitter(new QSplitter(Qt::Horizontal, this))
{
    const QString name = QString::fromStdString(nameOf(stage));
    m_rows->setSourceModel(m_model);
    m_rows->setFilterKeyColumn(-1);
    m_rows->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_splitter->setObjectName(u"splitter_results_"_s + name);
    m_splitter->addWidget(buildTable());
    m_splitter->addWidget(buildChart());
    m_splitter->setChildrenCollapsible(false);
    resetLayout();
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 2);
    m_splitter->restoreState(m_settings->value(u"augment/results_"_s + name).toByteArray());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_splitter);

    m_searchTimer.setSingleShot(true);
    m_searchTimer.setInterval(kSearchDelayMs);
    connect(&m_searchTimer, &QTimer::timeout, this, [this] {
        m_rows->setFilterFixedString(m_search->text());
        showCount();
    });
    connect(&m_counting, &QFutureWatcher<QList<widgets::Bar>>::finished, this, [this] {
        if (m_data.dataset && m_attribute->currentIndex() >= 0)
            m_chart->setBars(m_attribute->currentText(), m_counting.result());
    });
}

QWidget* ResultsPane::buildTable()
{
    const QString name = QString::fromStdString(nameOf(m_stage));
    auto* page = new QWidget(m_splitter);
    m_search = new QLineEdit(page);
    m_search->setObjectName(u"edit_search_"_s + name);
    m_search->setAccessibleName(tr("Search the results"));
    m_search->setPlaceholderText(tr("search the results…"));
    m_search->setToolTip(tr("Show only rows that have this text in any column"));
    m_search->setClearButtonEnabled(true);
    m_count = new QLabel(page);
    m_count->setObjectName(u"label_rows_"_s + name);
    m_count->setForegroundRole(QPalette::PlaceholderText);
    m_table = new QTableView(page);
    m_table->setObjectName(u"table_"_s + name);
    m_table->setAccessibleName(tr("Results, %1").arg(name));
    m_table->setModel(m_rows);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setAlternatingRowColors(true);
    m_table->setTabKeyNavigation(false);
    m_table->setWordWrap(false);
    m_table->setSortingEnabled(true);
    m_table->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->horizontalHeader()->setDefaultSectionSize(fontMetrics().averageCharWidth() * 24);
    const std::array<int, 3> originals = m_stage == augment::Stage::Item ? std::array{9, 30, 14}
        : m_stage == augment::Stage::User                                ? std::array{12, 12, 34}
                                                                         : std::array{12, 15, 15};
    for (int i = 0; i < 3; ++i)
        m_table->setColumnWidth(i, fontMetrics().averageCharWidth() * originals[static_cast<std::size_t>(i)]);
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    m_table->verticalHeader()->hide();
    connect(m_search, &QLineEdit::textChanged, &m_searchTimer, qOverload<>(&QTimer::start));
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
        [this](const QModelIndex& row) {
            if (row.isValid())
                Q_EMIT subjectChosen(static_cast<std::size_t>(m_rows->mapToSource(row).row()));
        });
    auto* top = new QHBoxLayout;
    top->addWidget(m_search, 1);
    top->addWidget(m_count);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(3);
    column->addLayout(top);
    column->addWidget(m_table, 1);
    return page;
}

QWidget* ResultsPane::buildChart()
{
    const QString name = QString::fromStdString(nameOf(m_stage));
    auto* page = new QWidget(m_splitter);
    m_attribute = new QComboBox(page);
    m_attribute->setObjectName(u"combo_histogram_"_s + name);
    m_attribute->setAccessibleName(tr("Histogram of"));
    m_attribute->setToolTip(
        tr("What the bars count, before and after the augmentation; the 15 most frequent"));
    m_chart = new widgets::BarChart(u"chart_"_s + name, page);
    m_chart->setEmptyText(tr("No dataset."));
    auto* scroll = new QScrollArea(page);
    scroll->setObjectName(u"scroll_chart_"_s + name);
    scroll->setWidget(m_chart);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(m_attribute, &QComboBox::currentIndexChanged, this, &ResultsPane::countWords);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(3);
    column->addWidget(m_attribute);
    column->addWidget(scroll, 1);
    return page;
}

void ResultsPane::setData(const AugmentData& opened)
{
    m_data = opened;
    m_model->setData(opened);
    showCount();
    fillAttributes();
}

void ResultsPane::fillAttributes()
{
    const QSignalBlocker quiet(m_attribute);
    const int kept = std::max(0, m_attribute->currentIndex());
    m_attribute->clear();
    if (m_data.dataset)
        for (const Attribute attribute : attributesOf(m_stage))
            m_attribute->addItem(studio::titleOf(attribute, *m_data.dataset), static_cast<int>(attribute));
    m_attribute->setCurrentIndex(std::min(kept, m_attribute->count() - 1));
    countWords();
}

/// Tens of thousands of words: not in the window's thread.
void ResultsPane::countWords()
{
    if (!m_data.dataset || m_attribute->currentIndex() < 0)
        return;
    const auto attribute = static_cast<Attribute>(m_attribute->currentData().toInt());
    m_counting.setFuture(QtConcurrent::run(
        [data = m_data, attribute] { return histogram(attribute, *data.dataset, data.augmentation.get()); }));
}

void ResultsPane::showCount()
{
    const QLocale locale;
    m_count->setText(m_data.augmentation
            ? tr("%1 of %2 rows")
                  .arg(locale.toString(m_rows->rowCount()), locale.toString(m_model->rowCount()))
            : tr("not augmented yet"));
}

void ResultsPane::resetLayout()
{
    m_splitter->setSizes({600, 400});
}

void ResultsPane::save()
{
    m_settings->setValue(
        u"augment/results_"_s + QString::fromStdString(nameOf(m_stage)), m_splitter->saveState());
}

} // namespace fedcctr::studio
