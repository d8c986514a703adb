// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/data/importfilespage.h"

#include "app/studio/common/background.h"
#include "app/studio/data/importwizard.h"

#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMimeData>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <QtConcurrent>

#include <algorithm>
#include <exception>

using namespace Qt::StringLiterals;

namespace fedcctr::studio {

namespace {

/// For a worker thread.
ImportFile lookInto(const QString& path)
{
    ImportFile file;
    file.path = path;
    try {
        auto preview = std::make_shared<const data::Preview>(data::preview(path.toStdString()));
        for (std::size_t i = 0; i < preview->columns.size(); ++i)
            if (!preview->meanings[i].empty())
                file.columns.insert(QString::fromStdString(preview->meanings[i]),
                    QString::fromStdString(preview->columns[i]));
        file.preview = std::move(preview);
    } catch (const std::exception& error) {
        file.error = QString::fromUtf8(error.what());
    }
    return file;
}

QStringList localFiles(const QMimeData& data)
{
    QStringList paths;
    for (const QUrl& url : data.urls())
        if (url.isLocalFile())
            paths.append(url.toLocalFile());
    return paths;
}

} // namespace

ImportFilesPage::ImportFilesPage(ImportWizard* wizard)
    : QWizardPage(wizard)
    , m_wizard(wizard)
    , m_list(new QListWidget(this))
    , m_path(new QLineEdit(this))
    , m_add(new QPushButton(tr("&Add files…"), this))
    , m_remove(new QPushButton(tr("&Remove"), this))
    , m_problem(new QLabel(this))
{
    setObjectName(u"page_import_files"_s);
    setTitle(tr("Files"));
    QStringList kinds;
    for (const data::Importer* importer : data::importers())
        kinds.append(QString::fromUtf8(importer->files.data(), std::ssize(importer->files)));
    setSubTitle(tr("%1. Plain or gzip.").arg(kinds.join(tr(", or "))));
    setAcceptDrops(true);
    m_list->setObjectName(u"list_files"_s);
    m_list->setAccessibleName(tr("Files to import"));
    m_list->setToolTip(tr("Files to import; drop more here. Where a file is a domain, the first is A"));
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setWordWrap(true);
    m_path->setObjectName(u"edit_path"_s);
    m_path->setAccessibleName(tr("Path of a file"));
    m_path->setPlaceholderText(tr("Drop files above, or type a path and press Enter"));
    m_path->setToolTip(tr("Path of a file to add; Enter adds it"));
    m_add->setObjectName(u"button_add_files"_s);
    m_add->setToolTip(tr("Choose files to import"));
    m_remove->setObjectName(u"button_remove_files"_s);
    m_remove->setToolTip(tr("Take the selected files off the list"));
    m_add->setAutoDefault(false);
    m_remove->setAutoDefault(false);
    m_problem->setObjectName(u"label_files_problem"_s);
    m_problem->setWordWrap(true);
    m_problem->setAccessibleName(tr("What is wrong with the files"));
    auto* row = new QHBoxLayout;
    row->addWidget(m_path, 1);
    row->addWidget(m_add);
    row->addWidget(m_remove);
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_list, 1);
    column->addLayout(row);
    column->addWidget(m_problem);
    connect(m_add, &QPushButton::clicked, this, &ImportFilesPage::askForFiles);
    connect(m_remove, &QPushButton::clicked, this, &ImportFilesPage::removeSelected);
    connect(m_list, &QListWidget::itemSelectionChanged, this, &ImportFilesPage::refresh);
    m_path->installEventFilter(this);
    refresh();
}

/// Enter adds the typed path; the wizard would take it for Next.
bool ImportFilesPage::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_path && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if ((key == Qt::Key_Return || key == Qt::Key_Enter) && !m_path->text().trimmed().isEmpty()) {
            addTyped();
            return true;
        }
    }
    return QWizardPage::eventFilter(watched, event);
}

void ImportFilesPage::addTyped()
{
    QString path = m_path->text().trimmed();
    if (path.startsWith(u"file://"_s))
        path = QUrl(path).toLocalFile();
    addFiles({path});
    m_path->clear();
}

void ImportFilesPage::askForFiles()
{
    auto* dialog = new QFileDialog(this, tr("Files to import"), {},
        tr("Data (*.csv *.csv.gz *.json *.jsonl *.json.gz *.jsonl.gz);;All files (*)"));
    dialog->setObjectName(u"dialog_add_files"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, this, &ImportFilesPage::addFiles);
    dialog->open();
}

void ImportFilesPage::addFiles(const QStringList& paths)
{
    QList<ImportFile>& files = m_wizard->request().files;
    for (const QString& path : paths) {
        const QString clean = QFileInfo(path).absoluteFilePath();
        if (std::ranges::find(files, clean, &ImportFile::path) != files.end())
            continue;
        ImportFile file;
        file.path = clean;
        files.append(file);
        look(clean);
    }
    refresh();
}

void ImportFilesPage::look(const QString& path)
{
    deliver(QtConcurrent::run(lookInto, path), this, [this](const ImportFile& seen) {
        QList<ImportFile>& files = m_wizard->request().files;
        if (const auto found = std::ranges::find(files, seen.path, &ImportFile::path); found != files.end())
            *found = seen;
        refresh();
    });
}

void ImportFilesPage::removeSelected()
{
    QList<ImportFile>& files = m_wizard->request().files;
    for (qsizetype i = files.size(); i-- > 0;)
        if (m_list->item(static_cast<int>(i))->isSelected())
            files.removeAt(i);
    refresh();
}

void ImportFilesPage::refresh()
{
    const QList<ImportFile>& files = m_wizard->request().files;
    const QSignalBlocker quiet(m_list);
    while (m_list->count() > files.size())
        delete m_list->takeItem(m_list->count() - 1);
    QString problem;
    for (qsizetype i = 0; i < files.size(); ++i) {
        if (m_list->count() <= i)
            m_list->addItem(QString());
        QListWidgetItem* item = m_list->item(static_cast<int>(i));
        item->setText(tr("%1 – %2").arg(QFileInfo(files[i].path).fileName(), kindOf(files[i])));
        item->setToolTip(files[i].error.isEmpty() ? files[i].path : files[i].error);
        if (problem.isEmpty())
            problem = files[i].error;
    }
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    m_remove->setEnabled(!m_list->selectedItems().isEmpty());
    Q_EMIT completeChanged();
}

bool ImportFilesPage::isComplete() const
{
    const QList<ImportFile>& files = m_wizard->request().files;
    return !files.isEmpty()
        && std::ranges::all_of(files, [](const ImportFile& file) { return file.preview != nullptr; });
}

void ImportFilesPage::dragEnterEvent(QDragEnterEvent* event)
{
    if (!localFiles(*event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void ImportFilesPage::dropEvent(QDropEvent* event)
{
    addFiles(localFiles(*event->mimeData()));
    event->acceptProposedAction();
}

} // namespace fedcctr::studio
