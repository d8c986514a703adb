// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/data/importcolumnspage.h"

#include "app/studio/data/importwizard.h"

#include <QComboBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QScrollArea>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

QString helpOf(const QString& meaning)
{
    if (meaning == u"user"_s)
        return ImportColumnsPage::tr("Who; only files of interactions have it");
    if (meaning == u"item"_s)
        return ImportColumnsPage::tr("What; the same id in interactions and item files");
    if (meaning == u"domain"_s)
        return ImportColumnsPage::tr("Which of the two domains, e.g. food or kitchen");
    if (meaning == u"seq"_s)
        return ImportColumnsPage::tr(
            "Position in the user's sequence, a whole number; orders the events if there");
    if (meaning == u"timestamp"_s)
        return ImportColumnsPage::tr(
            "Time in Unix seconds, a whole number; orders the events if there is no seq");
    if (meaning == u"title"_s)
        return ImportColumnsPage::tr("The item's title, in item files");
    if (meaning == u"categories"_s)
        return ImportColumnsPage::tr("The item's categories, with semicolons between, in item files");
    return ImportColumnsPage::tr("The item's author, brand or maker, in item files");
}

constexpr int kNone = 0; ///< first entry of each column's choice

QString text(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), std::ssize(utf8));
}

} // namespace

ImportColumnsPage::ImportColumnsPage(ImportWizard* wizard)
    : QWizardPage(wizard)
    , m_wizard(wizard)
    , m_rows(new QTableWidget(this))
    , m_guess(new QLabel(this))
    , m_problem(new QLabel(this))
{
    setObjectName(u"page_import_columns"_s);
    setTitle(tr("Format and columns"));
    setSubTitle(tr("Guessed by the names; look at the first rows and correct what is wrong."));
    m_rows->setObjectName(u"table_rows"_s);
    m_rows->setAccessibleName(tr("First rows of the file"));
    m_rows->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_rows->setTabKeyNavigation(false);
    m_rows->setWordWrap(false);
    m_rows->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    m_guess->setObjectName(u"label_guess"_s);
    m_guess->setWordWrap(true);
    m_problem->setObjectName(u"label_columns_problem"_s);
    m_problem->setWordWrap(true);
    m_problem->setAccessibleName(tr("What is wrong with the columns"));
    auto* right = new QVBoxLayout;
    right->addWidget(m_guess);
    right->addWidget(m_rows, 1);
    right->addWidget(m_problem);
    auto* row = new QHBoxLayout(this);
    row->addWidget(buildForm(), 2);
    row->addLayout(right, 5);
}

QWidget* ImportColumnsPage::buildForm()
{
    auto* side = new QWidget(this);
    m_format = new QComboBox(side);
    m_format->setObjectName(u"combo_format"_s);
    QStringList kinds;
    for (const data::Importer* importer : data::importers()) {
        m_format->addItem(text(importer->title));
        kinds.append(text(importer->files));
    }
    m_format->setToolTip(tr("What the files are: %1").arg(kinds.join(tr(", or "))));
    m_files = new QComboBox(side);
    m_files->setObjectName(u"combo_file"_s);
    m_files->setToolTip(tr("The file that is shown; each has its own columns"));
    m_files->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_files->setMinimumContentsLength(14);
    auto* form = new QFormLayout(side);
    form->setContentsMargins(0, 0, 0, 0);
    form->addRow(tr("For&mat"), m_format);
    form->addRow(tr("F&ile"), m_files);
    for (const QString& meaning : columnMeanings()) {
        auto* choice = new QComboBox(side);
        choice->setObjectName(u"combo_column_"_s + meaning);
        choice->setToolTip(helpOf(meaning));
        choice->setAccessibleName(tr("Column of %1").arg(meaning));
        choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        choice->setMinimumContentsLength(12);
        form->addRow(meaning, choice);
        m_columns.insert(meaning, choice);
        connect(choice, &QComboBox::currentIndexChanged, this,
            [this, meaning](int chosen) { take(meaning, chosen); });
    }
    connect(m_files, &QComboBox::currentIndexChanged, this, &ImportColumnsPage::showFile);
    connect(m_format, &QComboBox::currentIndexChanged, this, [this](int format) {
        m_wizard->request().format = data::importers()[static_cast<std::size_t>(format)];
        refresh();
    });
    return side;
}

void ImportColumnsPage::initializePage()
{
    const QList<ImportFile>& files = m_wizard->request().files;
    m_updating = true;
    m_files->clear();
    for (const ImportFile& file : files)
        m_files->addItem(QFileInfo(file.path).fileName());
    m_updating = false;
    // The last format that a file is of: the first takes whatever no other recognises.
    const std::span<const data::Importer* const> formats = data::importers();
    std::size_t chosen = formats.size() - 1;
    while (chosen > 0
        && std::ranges::none_of(files, [&](const ImportFile& file) { return file.isOf(*formats[chosen]); }))
        --chosen;
    m_format->setCurrentIndex(static_cast<int>(chosen));
    m_wizard->request().format = formats[chosen];
    showFile();
}

int ImportColumnsPage::file() const
{
    return m_files->currentIndex();
}

void ImportColumnsPage::showFile()
{
    if (m_updating || file() < 0)
        return;
    const ImportFile& shown = m_wizard->request().files[file()];
    m_updating = true;
    for (auto [meaning, choice] : m_columns.asKeyValueRange()) {
        choice->clear();
        choice->addItem(tr("(none)"));
        for (const std::string& column : shown.preview->columns)
            choice->addItem(QString::fromStdString(column));
        const int chosen =
            choice->findText(shown.columns.value(meaning), Qt::MatchExactly | Qt::MatchCaseSensitive);
        choice->setCurrentIndex(shown.columns.contains(meaning) ? std::max(kNone, chosen) : kNone);
    }
    m_updating = false;
    m_guess->setText(shown.preview->problem.empty()
            ? tr("%1: looks like %2.").arg(m_files->currentText(), kindOf(shown))
            : tr("%1: looks like %2; shown up to the first error: %3")
                  .arg(
                      m_files->currentText(), kindOf(shown), QString::fromStdString(shown.preview->problem)));
    showRows();
    refresh();
}

void ImportColumnsPage::showRows()
{
    const data::Preview& preview = *m_wizard->request().files[file()].preview;
    m_rows->setColumnCount(static_cast<int>(preview.columns.size()));
    m_rows->setRowCount(static_cast<int>(preview.rows.size()));
    for (int row = 0; row < m_rows->rowCount(); ++row) {
        for (int column = 0; column < m_rows->columnCount(); ++column) {
            const QString text = QString::fromStdString(
                preview.rows[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)]);
            auto* item = new QTableWidgetItem(text);
            item->setToolTip(text);
            m_rows->setItem(row, column, item);
        }
    }
}

/// As wide as the texts and headers are, up to a limit.
void ImportColumnsPage::sizeColumns()
{
    const int widest = fontMetrics().averageCharWidth() * 30;
    m_rows->resizeColumnsToContents();
    for (int column = 0; column < m_rows->columnCount(); ++column)
        m_rows->setColumnWidth(column, std::min(widest, m_rows->columnWidth(column)));
}

void ImportColumnsPage::take(const QString& meaning, int choice)
{
    if (m_updating || file() < 0)
        return;
    QMap<QString, QString>& columns = m_wizard->request().files[file()].columns;
    if (choice <= kNone)
        columns.remove(meaning);
    else
        columns.insert(meaning, m_columns.value(meaning)->itemText(choice));
    refresh();
}

void ImportColumnsPage::refresh()
{
    if (file() < 0)
        return;
    const bool asks = m_wizard->request().format->asksForColumns;
    const ImportFile& shown = m_wizard->request().files[file()];
    QStringList headers;
    for (std::size_t i = 0; i < shown.preview->columns.size(); ++i) {
        const QString column = QString::fromStdString(shown.preview->columns[i]);
        const QString meaning =
            asks ? shown.columns.key(column) : QString::fromStdString(shown.preview->meanings[i]);
        headers.append(meaning.isEmpty() ? column : tr("%1\n= %2").arg(column, meaning));
    }
    m_rows->setHorizontalHeaderLabels(headers);
    sizeColumns();
    for (QComboBox* choice : m_columns)
        choice->setEnabled(asks);
    const QString wrong = problemOf(m_wizard->request());
    m_problem->setText(wrong);
    m_problem->setVisible(!wrong.isEmpty());
    Q_EMIT completeChanged();
}

bool ImportColumnsPage::isComplete() const
{
    return file() >= 0 && problemOf(m_wizard->request()).isEmpty();
}

} // namespace fedcctr::studio
